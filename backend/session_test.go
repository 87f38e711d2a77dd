package backend

import (
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// The manual's sequence, with what is sent and what is shown.
func TestSequence(t *testing.T) {
	var trace []string
	o := Options{Trace: func(out bool, line string) {
		if out {
			line = "> " + line
		}
		trace = append(trace, line)
	}}
	withServer(t, func(f *fakeServer) {
		f.say("120 in a minute", "220-Welcome", "220 ready")
		f.answer("USER ann", "331 Password, please")
		f.answer("PASS secret", "230-Hello", " FEAT", "230 Current directory is /")
		f.answer("TYPE I", "200 Binary")
		f.answer("TYPE A", "200 Type set to A")
		f.passive()
		f.answer("SIZE fw.bin", "213 1120")
		f.answer("REST 100", "350 Restarting at 100")
		f.accept("REST 100", "350 Restarting at 100")
		f.answer("RETR fw.bin", "150 Here it comes")
		f.send("the file")
		f.conn.Close()
		f.say("226 Transfer complete")
		f.passive()
		f.accept("STOR up.bin", "125 Send")
		if got, err := io.ReadAll(f.conn); string(got) != "uploaded" || err != nil {
			t.Errorf("server got %q, %v", got, err)
		}
		f.say("226 Stored")
		f.answer("CWD /a b", "250 ok")
		f.answer("MKD new", `257 "new" created`)
		f.answer("RMD new", "250 gone")
		f.answer("DELE 100%", "250 deleted")
		f.answer("QUIT", "221-Goodbye", "221 Logout.")
		f.wantEnd()
	}, func(t *testing.T, dial dialFunc) {
		o.Dial = dial
		ctx := t.Context()
		s, r, err := Open(ctx, fakeAddr.String(), o)
		wantReply(t, r, err, "220 ready")
		r, err = s.User(ctx, "ann")
		wantReply(t, r, err, "331 Password, please")
		r, err = s.Pass(ctx, "secret")
		wantReply(t, r, err, "230 Current directory is /")
		if len(r.Lines) != 3 || r.Code != 230 {
			t.Errorf("reply to PASS: %d, %q", r.Code, r.Lines)
		}
		r, err = s.Type(ctx, ASCII)
		wantReply(t, r, err, "200 Type set to A")
		passive(t, s)
		size, r, err := s.Size(ctx, "fw.bin")
		wantReply(t, r, err, "213 1120")
		if size != 1120 {
			t.Errorf("size %d", size)
		}
		r, err = s.Restart(ctx, 100)
		wantReply(t, r, err, "350 Restarting at 100")
		d, r, err := s.Retrieve(ctx, "fw.bin")
		wantReply(t, r, err, "150 Here it comes")
		if got, err := io.ReadAll(d); string(got) != "the file" || err != nil {
			t.Errorf("downloaded %q, %v", got, err)
		}
		r, err = d.Finish(ctx)
		wantReply(t, r, err, "226 Transfer complete")
		passive(t, s)
		u, r, err := s.Store(ctx, "up.bin")
		wantReply(t, r, err, "125 Send")
		_, err = io.WriteString(u, "uploaded")
		must(t, err)
		r, err = u.Finish(ctx)
		wantReply(t, r, err, "226 Stored")
		r, err = s.Chdir(ctx, "/a b")
		wantReply(t, r, err, "250 ok")
		r, err = s.Mkdir(ctx, "new")
		wantReply(t, r, err, `257 "new" created`)
		r, err = s.Rmdir(ctx, "new")
		wantReply(t, r, err, "250 gone")
		r, err = s.Delete(ctx, "100%")
		wantReply(t, r, err, "250 deleted")
		r, err = s.Quit(ctx)
		wantReply(t, r, err, "221 Logout.")
		if lost(s) {
			t.Error("lost after QUIT")
		}
		_, err = s.Type(ctx, Binary)
		wantErr(t, err, ErrLost)
	})
	if len(trace) < 10 || !slices.Equal(trace[:8], []string{"120 in a minute", "220-Welcome", "220 ready", "> USER ann",
		"331 Password, please", "> PASS ****", "230-Hello", " FEAT"}) {
		t.Errorf("trace %q", trace)
	}
}

func TestOpenRefused(t *testing.T) {
	for _, greeting := range []string{"421 Too many users", "500 no"} {
		withServer(t, func(f *fakeServer) { f.say(greeting) }, func(t *testing.T, dial dialFunc) {
			_, r, err := Open(t.Context(), fakeAddr.String(), Options{Dial: dial})
			wantRefusal(t, r, err, greeting)
		})
	}
}

func TestOpenNoServer(t *testing.T) {
	withServer(t, func(*fakeServer) {}, func(t *testing.T, dial dialFunc) {
		if _, r, err := Open(t.Context(), "192.0.2.99:21", Options{Dial: dial}); err == nil || r.Code != 0 {
			t.Errorf("reply %v, error %v", r, err)
		}
	})
}

// A connection without a TCP address, from which the library would take the host, is an error and
// not a panic.
func TestOpenNotTCP(t *testing.T) {
	near, far := net.Pipe()
	defer far.Close()
	_, _, err := Open(t.Context(), "192.0.2.1:21", Options{Dial: dialTo(near)})
	if err == nil {
		t.Error("opened a session on a pipe")
	}
}

func TestLoginVariants(t *testing.T) {
	t.Run("no password wanted", func(t *testing.T) {
		withServer(t, func(f *fakeServer) {
			f.say("220 ready")
			f.answer("USER ann", "230 Come in")
			f.answer("TYPE I", "200 Binary")
			f.answer("CWD x", "250 ok")
		}, func(t *testing.T, dial dialFunc) {
			s, _, err := Open(t.Context(), fakeAddr.String(), Options{Dial: dial})
			must(t, err)
			defer s.Close()
			r, err := s.User(t.Context(), "ann")
			wantReply(t, r, err, "230 Come in")
			r, err = s.Pass(t.Context(), "secret")
			wantReply(t, r, err, "230 Come in")
			r, err = s.Chdir(t.Context(), "x")
			wantReply(t, r, err, "250 ok")
		})
	})
	t.Run("other words of success", func(t *testing.T) {
		withServer(t, func(f *fakeServer) {
			f.say("220 ready")
			f.answer("USER ann", "331 Password, please")
			f.answer("PASS secret", "202 No password needed here.")
			f.answer("TYPE I", "250 Binary")
			f.answer("CWD x", "250 ok")
		}, func(t *testing.T, dial dialFunc) {
			s, _, err := Open(t.Context(), fakeAddr.String(), Options{Dial: dial})
			must(t, err)
			defer s.Close()
			_, err = s.User(t.Context(), "ann")
			must(t, err)
			r, err := s.Pass(t.Context(), "secret")
			wantReply(t, r, err, "202 No password needed here.")
			r, err = s.Chdir(t.Context(), "x")
			wantReply(t, r, err, "250 ok")
		})
	})
	t.Run("wrong, then right", func(t *testing.T) {
		withServer(t, func(f *fakeServer) {
			f.say("220 ready")
			f.answer("USER bob", "332 Account, please")
			f.answer("USER bob", "331 Password, please")
			f.answer("PASS wrong", "530 Login incorrect.")
			f.answer("USER ann", "331 Password, please")
			f.answer("PASS right", "230 Hello")
			f.answer("TYPE I", "200 Binary")
		}, func(t *testing.T, dial dialFunc) {
			ctx := t.Context()
			s, _, err := Open(ctx, fakeAddr.String(), Options{Dial: dial})
			must(t, err)
			defer s.Close()
			r, err := s.User(ctx, "bob")
			wantRefusal(t, r, err, "332 Account, please")
			_, err = s.Pass(ctx, "wrong")
			wantErr(t, err, ErrState)
			_, err = s.User(ctx, "bob")
			must(t, err)
			r, err = s.Pass(ctx, "wrong")
			wantRefusal(t, r, err, "530 Login incorrect.")
			_, err = s.Pass(ctx, "wrong")
			wantErr(t, err, ErrState)
			_, err = s.User(ctx, "ann")
			must(t, err)
			r, err = s.Pass(ctx, "right")
			wantReply(t, r, err, "230 Hello")
		})
	})
}

func TestRefusals(t *testing.T) {
	withSession(t, Options{}, func(f *fakeServer) {
		f.answer("SIZE no", "550 no: No such file")
		f.answer("SIZE odd", "213 1234 bytes")
		f.answer("SIZE none", "213 unknown")
		f.answer("SIZE other", "250 what")
		f.answer("REST 5", "502 no REST")
		f.answer("PASV", "425 no port")
		f.answer("PASV", "227 Entering Passive Mode")
		f.answer("PASV", "227 Entering Passive Mode (192,0,2,300,1,2)")
		f.answer("MKD d", "250 made")
		f.answer("CWD d", "550-Not", "550 a folder")
	}, func(t *testing.T, s *Session) {
		ctx := t.Context()
		_, r, err := s.Size(ctx, "no")
		wantRefusal(t, r, err, "550 no: No such file")
		size, r, err := s.Size(ctx, "odd")
		wantReply(t, r, err, "213 1234 bytes")
		if size != 1234 {
			t.Errorf("size %d", size)
		}
		_, _, err = s.Size(ctx, "none")
		wantErr(t, err, ErrMalformed)
		_, r, err = s.Size(ctx, "other")
		wantRefusal(t, r, err, "250 what")
		r, err = s.Restart(ctx, 5)
		wantRefusal(t, r, err, "502 no REST")
		_, err = s.Restart(ctx, -1)
		wantErr(t, err, ErrState)
		r, err = s.Passive(ctx)
		wantRefusal(t, r, err, "425 no port")
		for range 2 {
			_, err = s.Passive(ctx)
			wantErr(t, err, ErrMalformed)
		}
		_, _, err = s.Retrieve(ctx, "f")
		wantErr(t, err, ErrState)
		r, err = s.Mkdir(ctx, "d")
		wantReply(t, r, err, "250 made")
		r, err = s.Chdir(ctx, "d")
		wantRefusal(t, r, err, "550 a folder")
	})
}

// Nothing of a name that would end the line is sent: the server's script
// expects only the one valid command.
func TestNamesKeptOffTheWire(t *testing.T) {
	withSession(t, Options{}, func(f *fakeServer) {
		f.answer("DELE good", "250 ok")
	}, func(t *testing.T, s *Session) {
		ctx := t.Context()
		for _, name := range []string{"a\rb", "a\nQUIT", "a\x00b", "a\r\nDELE c"} {
			for verb, call := range map[string]func() error{
				"USER": func() error { _, err := s.User(ctx, name); return err },
				"PASS": func() error { _, err := s.Pass(ctx, name); return err },
				"SIZE": func() error { _, _, err := s.Size(ctx, name); return err },
				"RETR": func() error { _, _, err := s.Retrieve(ctx, name); return err },
				"STOR": func() error { _, _, err := s.Store(ctx, name); return err },
				"CWD":  func() error { _, err := s.Chdir(ctx, name); return err },
				"MKD":  func() error { _, err := s.Mkdir(ctx, name); return err },
				"RMD":  func() error { _, err := s.Rmdir(ctx, name); return err },
				"DELE": func() error { _, err := s.Delete(ctx, name); return err },
			} {
				t.Logf("%s %q", verb, name)
				wantErr(t, call(), ErrName)
			}
		}
		r, err := s.Delete(ctx, "good")
		wantReply(t, r, err, "250 ok")
	})
}

func TestUnsolicited421ThatStays(t *testing.T) {
	withSession(t, Options{}, func(f *fakeServer) {
		f.passive()
		time.Sleep(time.Second)
		f.say("421 Passive data channel timed out.")
		f.answer("CWD a", "250 in a")
		f.answer("CWD b", "250 in b")
		f.control.Close()
	}, func(t *testing.T, s *Session) {
		ctx := t.Context()
		passive(t, s)
		time.Sleep(2 * time.Second)
		_, _, err := s.Retrieve(ctx, "f")
		wantErr(t, err, ErrState)
		if lost(s) {
			t.Error("lost")
		}
		r, err := s.Chdir(ctx, "a")
		wantReply(t, r, err, "250 in a")
		r, err = s.Chdir(ctx, "b")
		wantReply(t, r, err, "250 in b")
		<-s.Lost()
		if r, err := s.LostBy(); r.Code != 0 || !errors.Is(err, ErrLost) {
			t.Errorf("lost by %v, %v; the 421 is an old story", r, err)
		}
	})
}

func TestUnsolicited421ThatCloses(t *testing.T) {
	withSession(t, Options{}, func(f *fakeServer) {
		f.say("421 Timeout.")
		f.control.Close()
	}, func(t *testing.T, s *Session) {
		<-s.Lost()
		r, err := s.LostBy()
		wantErr(t, err, ErrLost)
		wantErr(t, err, io.EOF)
		wantReply(t, r, nil, "421 Timeout.")
		_, err = s.Chdir(t.Context(), "a")
		wantErr(t, err, ErrLost)
	})
}

func Test421AsAnswerEndsTheSession(t *testing.T) {
	withSession(t, Options{}, func(f *fakeServer) {
		f.answer("CWD a", "421 Shutting down")
		f.wantEnd()
	}, func(t *testing.T, s *Session) {
		r, err := s.Chdir(t.Context(), "a")
		wantRefusal(t, r, err, "421 Shutting down")
		<-s.Lost()
		r, err = s.LostBy()
		wantRefusal(t, r, err, "421 Shutting down")
	})
}

func TestUnsolicitedReplyIsNotAnAnswer(t *testing.T) {
	withSession(t, Options{}, func(f *fakeServer) {
		f.say("211 by the way")
		time.Sleep(time.Second)
		f.answer("CWD a", "250 in a")
	}, func(t *testing.T, s *Session) {
		time.Sleep(500 * time.Millisecond)
		r, err := s.Chdir(t.Context(), "a")
		wantReply(t, r, err, "250 in a")
	})
}

func TestMalformedReplyEndsTheSession(t *testing.T) {
	withSession(t, Options{}, func(f *fakeServer) {
		f.answer("CWD a", "HTTP/1.1 400 Bad Request")
		f.wantEnd()
	}, func(t *testing.T, s *Session) {
		_, err := s.Chdir(t.Context(), "a")
		wantErr(t, err, ErrMalformed)
		<-s.Lost()
		_, err = s.LostBy()
		wantErr(t, err, ErrMalformed)
	})
}

// A new PASV voids the one before, even if it is refused.
func TestSecondPassive(t *testing.T) {
	withSession(t, Options{}, func(f *fakeServer) {
		f.answer("PASV", "227 (192,0,2,10,9,9)")
		f.answer("PASV", "425 no port")
	}, func(t *testing.T, s *Session) {
		passive(t, s)
		r, err := s.Passive(t.Context())
		wantRefusal(t, r, err, "425 no port")
		_, _, err = s.Store(t.Context(), "f")
		wantErr(t, err, ErrState)
	})
}

func TestQuitWithoutGoodbye(t *testing.T) {
	withSession(t, Options{}, func(f *fakeServer) {
		f.want("QUIT")
		f.control.Close()
	}, func(t *testing.T, s *Session) {
		_, err := s.Quit(t.Context())
		wantErr(t, err, ErrLost)
		if lost(s) {
			t.Error("lost by QUIT")
		}
	})
}

func TestCloseWaitsForTheGoroutines(t *testing.T) {
	o := Options{Trace: func(_ bool, line string) {
		if line == "211 by the way" {
			time.Sleep(3 * time.Second)
		}
	}}
	withSession(t, o, func(f *fakeServer) {
		f.say("211 by the way")
	}, func(t *testing.T, s *Session) {
		synctest.Wait()
		start := time.Now()
		must(t, s.Close())
		if took := time.Since(start); took != 3*time.Second {
			t.Errorf("Close took %v", took)
		}
	})
}

func TestSecondCallIsBusy(t *testing.T) {
	withSession(t, Options{}, func(f *fakeServer) {
		f.want("CWD a")
		time.Sleep(time.Second)
		f.say("250 in a")
	}, func(t *testing.T, s *Session) {
		ctx := t.Context()
		first := make(chan error, 1)
		go func() { _, err := s.Chdir(ctx, "a"); first <- err }()
		synctest.Wait()
		_, err := s.Chdir(ctx, "b")
		wantErr(t, err, ErrBusy)
		must(t, <-first)
	})
}

func dialTo(conn net.Conn) dialFunc {
	return func(context.Context, string, string) (net.Conn, error) { return conn, nil }
}
