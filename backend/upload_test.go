package backend

import (
	"context"
	"errors"
	"io"
	"net"
	"net/textproto"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

func TestUploadEnds(t *testing.T) {
	for _, c := range []struct {
		name   string
		server func(*fakeServer)
		last   string
		err    error
		after  time.Duration
		lives  bool
	}{
		{"226", func(f *fakeServer) { f.say("226 stored") }, "226 stored", nil, 0, true},
		{"250 is success too", func(f *fakeServer) { f.say("250 stored") }, "250 stored", nil, 0, true},
		{"slow 226", func(f *fakeServer) { time.Sleep(50 * time.Second); f.say("226 stored") }, "226 stored", nil, 50 * time.Second, true},
		{"552", func(f *fakeServer) { f.say("552 Quota exceeded") }, "552 Quota exceeded", nil, 0, true},
		{"no answer", func(f *fakeServer) { f.want("CWD a"); f.say("226 late", "250 in a") }, "", ErrTimeout, time.Minute, true},
		{"server killed", func(f *fakeServer) { f.control.Close() }, "", ErrLost, 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			withSession(t, Options{}, func(f *fakeServer) {
				f.passive()
				f.accept("STOR f", "150 go")
				if got, err := io.ReadAll(f.conn); string(got) != "the file" || err != nil {
					t.Errorf("server got %q, %v", got, err)
				}
				c.server(f)
				if c.lives && c.err == nil {
					f.answer("CWD a", "250 in a")
				}
			}, func(t *testing.T, s *Session) {
				ctx := t.Context()
				passive(t, s)
				u, r, err := s.Store(ctx, "f")
				wantReply(t, r, err, "150 go")
				_, err = s.Chdir(ctx, "early")
				wantErr(t, err, ErrBusy)
				for _, part := range []string{"the", "", " file"} {
					_, err = io.WriteString(u, part)
					must(t, err)
				}
				start := time.Now()
				r, err = u.Finish(ctx)
				switch {
				case c.err != nil:
					wantErr(t, err, c.err)
				case c.last[0] == '2':
					wantReply(t, r, err, c.last)
				default:
					wantRefusal(t, r, err, c.last)
				}
				if after := time.Since(start); after != c.after {
					t.Errorf("after %v", after)
				}
				if _, again := u.Finish(ctx); again != err {
					t.Errorf("second Finish: %v", again)
				}
				if err := u.Abort(); err != nil {
					t.Errorf("Abort after Finish: %v", err)
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

func TestStoreRefused(t *testing.T) {
	withSession(t, Options{}, func(f *fakeServer) {
		f.passive()
		f.accept("STOR no", "553 Not here")
		f.answer("REST 8", "350 ok")
		f.passive()
		f.accept("REST 8", "350 ok")
		f.answer("STOR yes", "150 go")
		io.Copy(io.Discard, f.conn)
		f.say("226 appended")
	}, func(t *testing.T, s *Session) {
		ctx := t.Context()
		_, _, err := s.Store(ctx, "no")
		wantErr(t, err, ErrState)
		passive(t, s)
		_, r, err := s.Store(ctx, "no")
		wantRefusal(t, r, err, "553 Not here")
		_, err = s.Restart(ctx, 8)
		must(t, err)
		passive(t, s)
		u, _, err := s.Store(ctx, "yes")
		must(t, err)
		r, err = u.Finish(ctx) // an empty one
		wantReply(t, r, err, "226 appended")
	})
}

// If the server refuses in the middle of an upload, Write returns its refusal.
func TestUploadRefusedMidway(t *testing.T) {
	withSession(t, Options{}, func(f *fakeServer) {
		f.passive()
		f.accept("STOR f", "150 go")
		io.ReadFull(f.conn, make([]byte, 1000))
		f.say("552 Disk full")
		f.conn.Close()
		f.answer("CWD a", "250 in a")
	}, func(t *testing.T, s *Session) {
		passive(t, s)
		u, _, err := s.Store(t.Context(), "f")
		must(t, err)
		_, err = io.Copy(u, zeros{})
		var refused *textproto.Error
		if !errors.As(err, &refused) || refused.Code != 552 {
			t.Errorf("Write: %v", err)
		}
		r, err := u.Finish(t.Context())
		wantRefusal(t, r, err, "552 Disk full")
		r, err = s.Chdir(t.Context(), "a")
		wantReply(t, r, err, "250 in a")
	})
}

// An upload whose connection was cut is not complete, even if the server says so.
func TestUploadCutIsIncomplete(t *testing.T) {
	for _, stored := range []string{"226 stored", "250 stored"} {
		uploadCut(t, stored)
	}
}

func uploadCut(t *testing.T, stored string) {
	withSession(t, Options{}, func(f *fakeServer) {
		f.passive()
		f.accept("STOR f", "150 go")
		f.conn.(interface{ Reset() error }).Reset()
		f.say(stored)
	}, func(t *testing.T, s *Session) {
		passive(t, s)
		u, _, err := s.Store(t.Context(), "f")
		must(t, err)
		_, err = io.Copy(u, zeros{})
		wantErr(t, err, syscall.ECONNRESET)
		_, err = u.Finish(t.Context())
		wantErr(t, err, syscall.ECONNRESET)
	})
}

func TestUploadAborted(t *testing.T) {
	for _, c := range []struct {
		name, last string
		err        error
	}{
		{"426", "426 Failure reading network stream.", nil},
		{"226 all the same", "226 stored", nil},
		{"silence", "", ErrTimeout},
	} {
		t.Run(c.name, func(t *testing.T) {
			withSession(t, Options{}, func(f *fakeServer) {
				f.passive()
				f.accept("STOR f", "150 go")
				if _, err := io.Copy(io.Discard, f.conn); !errors.Is(err, syscall.ECONNRESET) {
					t.Errorf("server saw %v; want a reset", err)
				}
				if c.last != "" {
					f.say(c.last)
					f.answer("CWD a", "250 in a")
				}
			}, func(t *testing.T, s *Session) {
				passive(t, s)
				u, _, err := s.Store(t.Context(), "f")
				must(t, err)
				_, err = u.Write(make([]byte, 100_000))
				must(t, err)
				start := time.Now()
				wantErr(t, u.Abort(), c.err)
				// Before the wait for the reply, what was written may take a moment to reach the
				// server.
				if took := time.Since(start); c.err != nil && (took < 5*time.Second || took > 5*time.Second+flushTime) {
					t.Errorf("took %v", took)
				}
				if _, err := u.Finish(t.Context()); err == nil {
					t.Error("Finish after Abort: complete")
				}
				if c.err == nil {
					r, err := s.Chdir(t.Context(), "a")
					wantReply(t, r, err, "250 in a")
				}
			})
		})
	}
}

// Write waits while the server does not read, and memory use does not grow.
func TestUploadBackPressure(t *testing.T) {
	const most = 1 << 20
	withSession(t, Options{DataIdle: 20 * time.Second}, func(f *fakeServer) {
		f.passive()
		f.accept("STOR f", "150 go")
	}, func(t *testing.T, s *Session) {
		passive(t, s)
		u, _, err := s.Store(t.Context(), "f")
		must(t, err)
		start := time.Now()
		n, err := io.Copy(u, zeros{})
		wantErr(t, err, ErrTimeout)
		// The server also sends no reply, for which FinalWait is the limit.
		if took := time.Since(start); n > most || took != 25*time.Second {
			t.Errorf("took %d bytes in %v", n, took)
		}
	})
}

// Abort, Close and the end of Finish's context end an upload that is stuck.
func TestStuckUploadEnds(t *testing.T) {
	for _, c := range []struct {
		name string
		end  func(*testing.T, *Session, *Upload)
	}{
		{"Abort", func(t *testing.T, _ *Session, u *Upload) { must(t, u.Abort()) }},
		{"Close", func(t *testing.T, s *Session, _ *Upload) { must(t, s.Close()) }},
		{"Finish", func(t *testing.T, _ *Session, u *Upload) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			_, err := u.Finish(ctx)
			wantErr(t, err, context.DeadlineExceeded)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			withSession(t, Options{}, func(f *fakeServer) {
				f.passive()
				f.accept("STOR f", "150 go")
				time.Sleep(10 * time.Second)
				if _, err := io.Copy(io.Discard, f.conn); !errors.Is(err, syscall.ECONNRESET) {
					t.Errorf("server saw %v; want a reset", err)
				}
				if c.name == "Abort" {
					f.say("426 aborted")
				}
			}, func(t *testing.T, s *Session) {
				passive(t, s)
				u, _, err := s.Store(t.Context(), "f")
				must(t, err)
				done := make(chan error, 1)
				go func() { _, err := io.Copy(u, zeros{}); done <- err }()
				synctest.Wait()
				time.Sleep(7 * time.Second)
				c.end(t, s, u)
				if err := <-done; err == nil {
					t.Error("Write succeeded")
				}
			})
		})
	}
}

// The end of Store's context does not end the upload that Store has started.
func TestStoreContextEndsWithStore(t *testing.T) {
	withSession(t, Options{}, func(f *fakeServer) {
		f.passive()
		f.accept("STOR f", "150 go")
		io.Copy(io.Discard, f.conn)
		f.say("226 stored")
	}, func(t *testing.T, s *Session) {
		passive(t, s)
		ctx, cancel := context.WithCancel(t.Context())
		u, _, err := s.Store(ctx, "f")
		must(t, err)
		cancel()
		_, err = io.WriteString(u, "data")
		must(t, err)
		r, err := u.Finish(t.Context())
		wantReply(t, r, err, "226 stored")
	})
}

// Over real TCP, Finish ends the file and Abort and Close reset the connection.
func TestUploadEndOverTCP(t *testing.T) {
	for _, c := range []struct {
		name string
		end  func(*testing.T, *Session, *Upload) error
		want error
	}{
		{"Finish", func(t *testing.T, _ *Session, u *Upload) error { _, err := u.Finish(t.Context()); return err }, nil},
		{"Abort", func(_ *testing.T, _ *Session, u *Upload) error { return u.Abort() }, syscall.ECONNRESET},
		{"Close", func(_ *testing.T, s *Session, _ *Upload) error { return s.Close() }, syscall.ECONNRESET},
	} {
		t.Run(c.name, func(t *testing.T) {
			control, data := listenTCP(t), listenTCP(t)
			saw := make(chan error, 1)
			go func() {
				conn, err := control.Accept()
				if err != nil {
					saw <- err
					return
				}
				defer conn.Close()
				f := newFake(t, conn)
				f.data = data
				f.login()
				port := data.Addr().(*net.TCPAddr).Port
				f.answer("PASV", pasvReply("127,0,0,1", port))
				f.accept("STOR f", "150 go")
				_, err = io.Copy(io.Discard, f.conn)
				f.conn.Close()
				io.WriteString(conn, "226 stored\r\n") // after Close nobody reads it
				saw <- err
			}()
			s, _, err := Open(t.Context(), control.Addr().String(), Options{})
			must(t, err)
			defer s.Close()
			_, err = s.User(t.Context(), "ann")
			must(t, err)
			_, err = s.Pass(t.Context(), "secret")
			must(t, err)
			passive(t, s)
			u, _, err := s.Store(t.Context(), "f")
			must(t, err)
			_, err = u.Write(make([]byte, 10_000))
			must(t, err)
			must(t, c.end(t, s, u))
			if err := <-saw; !errors.Is(err, c.want) {
				t.Errorf("server saw %v; want %v", err, c.want)
			}
		})
	}
}

func listenTCP(t *testing.T) net.Listener {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { l.Close() })
	return l
}
