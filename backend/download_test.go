package backend

import (
	"io"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

func TestDownloadEnds(t *testing.T) {
	for _, c := range []struct {
		name   string
		server func(*fakeServer)
		file   string
		last   string        // line of the final reply
		err    error         // of Finish; nil with an unsuccessful reply means a refusal
		after  time.Duration // how long Finish takes
		lives  bool          // the session can go on
	}{
		{"226 after the data", func(f *fakeServer) {
			f.say("150 go")
			f.send("data")
			f.conn.Close()
			time.Sleep(time.Second)
			f.say("226 done")
		}, "data", "226 done", nil, time.Second, true},
		{"226 before the data is read", func(f *fakeServer) {
			f.say("150 go", "226 done")
			f.send("data")
			f.conn.Close()
		}, "data", "226 done", nil, 0, true},
		{"empty file", func(f *fakeServer) {
			f.say("150 go")
			f.conn.Close()
			f.say("226 done")
		}, "", "226 done", nil, 0, true},
		{"250 is success too", func(f *fakeServer) {
			f.say("150 go")
			f.send("data")
			f.conn.Close()
			f.say("250 done")
		}, "data", "250 done", nil, 0, true},
		{"replies of many lines", func(f *fakeServer) {
			f.say("150-Accepted data connection", "150 4.9 kbytes to download")
			f.send("data")
			f.conn.Close()
			f.say("226-File successfully transferred", "226 0.000 seconds")
		}, "data", "226 0.000 seconds", nil, 0, true},
		{"226 missing", func(f *fakeServer) {
			f.say("150 go")
			f.send("data")
			f.conn.Close()
			f.want("CWD a")
			f.say("226 late", "250 in a")
		}, "data", "", ErrTimeout, 5 * time.Second, true},
		{"426 after part of the data", func(f *fakeServer) {
			f.say("150 go")
			f.send("da")
			f.conn.Close()
			f.say("426 Transfer aborted")
		}, "da", "426 Transfer aborted", nil, 0, true},
		{"second 1xx is the final reply", func(f *fakeServer) {
			f.say("150 go")
			f.send("da")
			f.conn.Close()
			f.say("150 0.001 seconds (measured here)")
		}, "da", "150 0.001 seconds (measured here)", nil, 0, true},
		{"421 for the transfer", func(f *fakeServer) {
			f.say("150 go")
			f.send("da")
			f.conn.Close()
			f.say("421 Data connection timed out.")
		}, "da", "421 Data connection timed out.", nil, 0, false},
		{"server killed", func(f *fakeServer) {
			f.say("150 go")
			f.send("da")
			f.conn.Close()
			f.control.Close()
		}, "da", "", ErrLost, 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			withSession(t, Options{}, func(f *fakeServer) {
				f.passive()
				f.accept("RETR f")
				c.server(f)
				if c.lives && c.err == nil {
					f.answer("CWD a", "250 in a")
				}
			}, func(t *testing.T, s *Session) {
				ctx := t.Context()
				passive(t, s)
				d, r, err := s.Retrieve(ctx, "f")
				if err != nil || r.Code != 150 {
					t.Fatalf("reply %v, error %v", r, err)
				}
				_, err = s.Chdir(ctx, "early")
				if err == nil {
					t.Error("a command during a transfer")
				}
				got, err := io.ReadAll(d)
				must(t, err)
				if string(got) != c.file {
					t.Errorf("read %q", got)
				}
				start := time.Now()
				r, err = d.Finish(ctx)
				switch {
				case c.err != nil:
					wantErr(t, err, c.err)
				case c.last[0] == '2':
					wantReply(t, r, err, c.last)
				default:
					wantRefusal(t, r, err, c.last)
				}
				if after := time.Since(start); after != c.after || r.Last() != c.last {
					t.Errorf("%q after %v", r.Last(), after)
				}
				if _, again := d.Finish(ctx); again != err {
					t.Errorf("second Finish: %v", again)
				}
				if r, err := d.Abort(); r.Last() != c.last || err != nil {
					t.Errorf("Abort after Finish: %v, %v", r, err)
				}
				r, err = s.Chdir(ctx, "a")
				if c.lives {
					wantReply(t, r, err, "250 in a")
				} else {
					wantErr(t, err, ErrLost)
				}
			})
		})
	}
}

func TestRetrieveRefused(t *testing.T) {
	withSession(t, Options{}, func(f *fakeServer) {
		f.passive()
		f.accept("RETR no", "550 no: No such file")
		f.answer("REST 9", "350 ok")
		f.passive()
		f.accept("REST 9", "501 Not now")
		f.passive()
		f.accept("RETR yes", "150 go", "226 done")
		f.conn.Close()
	}, func(t *testing.T, s *Session) {
		ctx := t.Context()
		_, _, err := s.Retrieve(ctx, "no")
		wantErr(t, err, ErrState)
		passive(t, s)
		_, r, err := s.Retrieve(ctx, "no")
		wantRefusal(t, r, err, "550 no: No such file")
		_, _, err = s.Retrieve(ctx, "yes") // the failure used the port up
		wantErr(t, err, ErrState)
		_, err = s.Restart(ctx, 9)
		must(t, err)
		passive(t, s)
		_, r, err = s.Retrieve(ctx, "yes")
		wantRefusal(t, r, err, "501 Not now")
		passive(t, s) // and the offset is used up: no REST goes out again
		d, _, err := s.Retrieve(ctx, "yes")
		must(t, err)
		_, err = io.ReadAll(d)
		must(t, err)
		_, err = d.Finish(ctx)
		must(t, err)
	})
}

func TestDownloadAborted(t *testing.T) {
	for _, c := range []struct {
		name, last string
		err        error
	}{
		{"426", "426 Transfer aborted.", nil},
		{"226 all the same", "226 done", nil},
		{"silence", "", ErrTimeout},
	} {
		t.Run(c.name, func(t *testing.T) {
			withSession(t, Options{}, func(f *fakeServer) {
				f.passive()
				f.accept("RETR f", "150 go")
				io.Copy(f.conn, zeros{})
				if c.last != "" {
					f.say(c.last)
				}
			}, func(t *testing.T, s *Session) {
				passive(t, s)
				d, _, err := s.Retrieve(t.Context(), "f")
				must(t, err)
				_, err = io.ReadFull(d, make([]byte, 1000))
				must(t, err)
				r, err := d.Abort()
				if r.Last() != c.last {
					t.Errorf("reply %q", r.Last())
				}
				wantErr(t, err, c.err)
				if _, err := d.Finish(t.Context()); err == nil {
					t.Error("Finish after Abort: complete")
				}
			})
		})
	}
}

// Finish does not report a download as complete that was not read to its end.
func TestDownloadFinishedEarly(t *testing.T) {
	withSession(t, Options{}, func(f *fakeServer) {
		f.passive()
		f.accept("RETR f", "150 go", "226 done")
		f.send("data")
		f.conn.Close()
	}, func(t *testing.T, s *Session) {
		passive(t, s)
		d, _, err := s.Retrieve(t.Context(), "f")
		must(t, err)
		_, err = io.ReadFull(d, make([]byte, 2))
		must(t, err)
		_, err = d.Finish(t.Context())
		wantErr(t, err, ErrState)
	})
}

func TestDownloadIdle(t *testing.T) {
	withSession(t, Options{DataIdle: 20 * time.Second}, func(f *fakeServer) {
		f.passive()
		f.accept("RETR f", "150 go")
		for range 3 {
			time.Sleep(15 * time.Second)
			f.send("x")
		}
	}, func(t *testing.T, s *Session) {
		passive(t, s)
		d, _, err := s.Retrieve(t.Context(), "f")
		must(t, err)
		start := time.Now()
		got, err := io.ReadAll(d)
		wantErr(t, err, ErrTimeout)
		if took := time.Since(start); string(got) != "xxx" || took != 65*time.Second {
			t.Errorf("read %q in %v", got, took)
		}
	})
}

func TestDownloadReset(t *testing.T) {
	withSession(t, Options{}, func(f *fakeServer) {
		f.passive()
		f.accept("RETR f", "150 go")
		f.conn.(interface{ Reset() error }).Reset()
	}, func(t *testing.T, s *Session) {
		passive(t, s)
		d, _, err := s.Retrieve(t.Context(), "f")
		must(t, err)
		_, err = io.ReadAll(d)
		wantErr(t, err, syscall.ECONNRESET)
	})
}

// Abort and Close reach a Read that waits.
func TestWaitingReadEnds(t *testing.T) {
	for name, end := range map[string]func(*Session, *Download) error{
		"Abort": func(_ *Session, d *Download) error { _, err := d.Abort(); return err },
		"Close": func(s *Session, _ *Download) error { return s.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			withSession(t, Options{}, func(f *fakeServer) {
				f.passive()
				f.accept("RETR f", "150 go")
				if got, _ := io.ReadAll(f.conn); len(got) > 0 {
					t.Errorf("server got %q", got)
				}
				if name == "Abort" {
					f.say("426 aborted")
				}
			}, func(t *testing.T, s *Session) {
				passive(t, s)
				d, _, err := s.Retrieve(t.Context(), "f")
				must(t, err)
				done := make(chan error, 1)
				go func() { _, err := d.Read(make([]byte, 1)); done <- err }()
				synctest.Wait()
				must(t, end(s, d))
				if err := <-done; err == nil || err == io.EOF {
					t.Errorf("Read: %v", err)
				}
			})
		})
	}
}

// PRET (Pure-FTPd) must precede its PASV, which was sent before, so the library
// must not learn that the server has it. The fake server expects neither FEAT
// nor PRET.
func TestPassivePortIsTheOneShown(t *testing.T) {
	for _, c := range []struct {
		name, reply string
		trust       bool
		dialled     string
	}{
		{"control connection's host", "227 Entering Passive Mode (203,0,113,7,200,1).", false, "192.0.2.10:51201"},
		{"as given", "227 Entering Passive Mode (203,0,113,7,200,1).", true, "203.0.113.7:51201"},
		{"private address as given", "227 Entering Passive Mode (10,0,0,7,200,1).", true, "10.0.0.7:51201"},
		{"without parentheses", "227 Passive 203,0,113,7,200,1", true, "203.0.113.7:51201"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var dialled string
			o := Options{TrustPASV: c.trust}
			withServer(t, func(f *fakeServer) {
				f.login()
				f.answer("PASV", c.reply)
			}, func(t *testing.T, dial dialFunc) {
				o.Dial = dial
				o.Before = before("DATA", func(address string) Intervention {
					dialled = address
					return Intervention{Err: syscall.EHOSTUNREACH}
				})
				s, _, err := Open(t.Context(), fakeAddr.String(), o)
				must(t, err)
				defer s.Close()
				_, err = s.User(t.Context(), "ann")
				must(t, err)
				_, err = s.Pass(t.Context(), "secret")
				must(t, err)
				r, err := s.Passive(t.Context())
				wantReply(t, r, err, c.reply)
				_, r, err = s.Retrieve(t.Context(), "f")
				wantErr(t, err, syscall.EHOSTUNREACH)
				if dialled != c.dialled || r.Code != 0 {
					t.Errorf("dialled %s, reply %v", dialled, r)
				}
			})
		})
	}
}

// zeros is an endless file.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }
