package backend

import (
	"context"
	"errors"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/modemsim/modemsim/backend/memnet"
)

// steps are the calls that wait for one reply, with what the server receives
// before it falls silent.
var steps = []struct {
	name   string
	server func(*fakeServer)
	call   func(context.Context, *testing.T, *Session) error
}{
	{"USER", func(f *fakeServer) { f.want("USER bob") }, func(ctx context.Context, _ *testing.T, s *Session) error {
		_, err := s.User(ctx, "bob")
		return err
	}},
	{"PASS", func(f *fakeServer) { f.answer("USER bob", "331 Password?"); f.want("PASS x") }, func(ctx context.Context, t *testing.T, s *Session) error {
		_, err := s.User(ctx, "bob")
		must(t, err)
		_, err = s.Pass(ctx, "x")
		return err
	}},
	{"TYPE", func(f *fakeServer) { f.want("TYPE A") }, func(ctx context.Context, _ *testing.T, s *Session) error {
		_, err := s.Type(ctx, ASCII)
		return err
	}},
	{"PASV", func(f *fakeServer) { f.want("PASV") }, func(ctx context.Context, _ *testing.T, s *Session) error {
		_, err := s.Passive(ctx)
		return err
	}},
	{"REST", func(f *fakeServer) { f.want("REST 7") }, func(ctx context.Context, _ *testing.T, s *Session) error {
		_, err := s.Restart(ctx, 7)
		return err
	}},
	{"SIZE", func(f *fakeServer) { f.want("SIZE f") }, func(ctx context.Context, _ *testing.T, s *Session) error {
		_, _, err := s.Size(ctx, "f")
		return err
	}},
	{"RETR", func(f *fakeServer) { f.passive(); f.accept("RETR f") }, func(ctx context.Context, t *testing.T, s *Session) error {
		passive(t, s)
		_, _, err := s.Retrieve(ctx, "f")
		return err
	}},
	{"STOR", func(f *fakeServer) { f.passive(); f.accept("STOR f") }, func(ctx context.Context, t *testing.T, s *Session) error {
		passive(t, s)
		_, _, err := s.Store(ctx, "f")
		return err
	}},
	{"CWD", func(f *fakeServer) { f.want("CWD f") }, func(ctx context.Context, _ *testing.T, s *Session) error {
		_, err := s.Chdir(ctx, "f")
		return err
	}},
	{"half a reply", func(f *fakeServer) { f.answer("MKD f", "257-Making", " of it") }, func(ctx context.Context, _ *testing.T, s *Session) error {
		_, err := s.Mkdir(ctx, "f")
		return err
	}},
	{"QUIT", func(f *fakeServer) { f.want("QUIT") }, func(ctx context.Context, _ *testing.T, s *Session) error {
		_, err := s.Quit(ctx)
		return err
	}},
}

func TestEveryReplyHasALimit(t *testing.T) {
	for _, step := range steps {
		t.Run(step.name, func(t *testing.T) {
			withSession(t, Options{ReplyWait: 45 * time.Second}, step.server, func(t *testing.T, s *Session) {
				start := time.Now()
				wantErr(t, step.call(t.Context(), t, s), ErrTimeout)
				if waited := time.Since(start); waited != 45*time.Second {
					t.Errorf("waited %v", waited)
				}
				if lost(s) {
					t.Error("a time-out lost the session")
				}
			})
		})
	}
}

func TestEveryWaitEndsWithItsContext(t *testing.T) {
	for _, step := range steps {
		t.Run(step.name, func(t *testing.T) {
			withSession(t, Options{}, func(f *fakeServer) { step.server(f); f.wantEnd() }, func(t *testing.T, s *Session) {
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				start := time.Now()
				wantErr(t, step.call(ctx, t, s), context.DeadlineExceeded)
				if waited := time.Since(start); waited != time.Second {
					t.Errorf("waited %v", waited)
				}
				if step.name != "QUIT" && !lost(s) {
					t.Error("an outstanding reply, and the session lives")
				}
			})
		})
	}
}

func TestEveryWaitEndsWithClose(t *testing.T) {
	for _, step := range steps {
		t.Run(step.name, func(t *testing.T) {
			withSession(t, Options{}, func(f *fakeServer) { step.server(f); f.wantEnd() }, func(t *testing.T, s *Session) {
				done := make(chan error, 1)
				go func() { done <- step.call(t.Context(), t, s) }()
				synctest.Wait()
				must(t, s.Close())
				wantErr(t, <-done, ErrLost)
				must(t, s.Close())
				if lost(s) {
					t.Error("closed, and says lost")
				}
			})
		})
	}
}

func TestEndedContextSendsNothing(t *testing.T) {
	withSession(t, Options{}, func(f *fakeServer) { f.answer("CWD b", "250 in b") }, func(t *testing.T, s *Session) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := s.Chdir(ctx, "a")
		wantErr(t, err, context.Canceled)
		r, err := s.Chdir(t.Context(), "b")
		wantReply(t, r, err, "250 in b")
	})
}

func TestSilentGreeting(t *testing.T) {
	silent := func(f *fakeServer) { f.say("120 wait"); f.wantEnd() }
	withServer(t, silent, func(t *testing.T, dial dialFunc) {
		start := time.Now()
		_, _, err := Open(t.Context(), fakeAddr.String(), Options{Dial: dial})
		wantErr(t, err, ErrTimeout)
		if waited := time.Since(start); waited != time.Minute {
			t.Errorf("waited %v", waited)
		}
	})
	withServer(t, silent, func(t *testing.T, dial dialFunc) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, _, err := Open(ctx, fakeAddr.String(), Options{Dial: dial})
		wantErr(t, err, context.DeadlineExceeded)
	})
}

// deaf is a dial that nobody answers.
func deaf(ctx context.Context, _, _ string) (net.Conn, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func TestConnectLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		_, _, err := Open(t.Context(), fakeAddr.String(), Options{Dial: deaf})
		wantErr(t, err, ErrTimeout)
		if waited := time.Since(start); waited != 30*time.Second {
			t.Errorf("waited %v", waited)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, _, err = Open(ctx, fakeAddr.String(), Options{Dial: deaf})
		wantErr(t, err, context.DeadlineExceeded)
	})
}

// No reply is outstanding while the data connection is dialled, so giving up
// costs only the transfer.
func TestDataDialLimit(t *testing.T) {
	for name, transfer := range map[string]func(context.Context, *Session) error{
		"RETR": func(ctx context.Context, s *Session) error { _, _, err := s.Retrieve(ctx, "f"); return err },
		"STOR": func(ctx context.Context, s *Session) error { _, _, err := s.Store(ctx, "f"); return err },
	} {
		t.Run(name, func(t *testing.T) {
			withServer(t, func(f *fakeServer) {
				f.login()
				f.answer("PASV", "227 Entering Passive Mode (192,0,2,10,9,9)")
				f.answer("PASV", "227 Entering Passive Mode (192,0,2,10,9,9)")
				f.answer("CWD a", "250 in a")
			}, func(t *testing.T, dial dialFunc) {
				s, _, err := Open(t.Context(), fakeAddr.String(), Options{Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
					if address != fakeAddr.String() {
						return deaf(ctx, network, address)
					}
					return dial(ctx, network, address)
				}})
				must(t, err)
				defer s.Close()
				_, err = s.User(t.Context(), "ann")
				must(t, err)
				_, err = s.Pass(t.Context(), "secret")
				must(t, err)
				passive(t, s)
				wantErr(t, transfer(t.Context(), s), ErrTimeout)
				wantErr(t, transfer(t.Context(), s), ErrState) // the port is used up, no PASV is sent
				passive(t, s)
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				wantErr(t, transfer(ctx, s), context.DeadlineExceeded)
				r, err := s.Chdir(t.Context(), "a")
				wantReply(t, r, err, "250 in a")
			})
		})
	}
}

func TestLateReplyIsDropped(t *testing.T) {
	withSession(t, Options{ReplyWait: 10 * time.Second}, func(f *fakeServer) {
		f.want("TYPE A")
		f.want("CWD a")
		time.Sleep(time.Second)
		f.say("200 Type set to A, late", "250 in a")
		f.answer("PASV", "227 (192,0,2,10,9,9)")
		f.want("CWD b")
		time.Sleep(15 * time.Second)
		f.say("250 in b")
		f.answer("CWD c", "250 in c")
	}, func(t *testing.T, s *Session) {
		ctx := t.Context()
		_, err := s.Type(ctx, ASCII)
		wantErr(t, err, ErrTimeout)
		r, err := s.Chdir(ctx, "a")
		wantReply(t, r, err, "250 in a")
		passive(t, s)
		_, err = s.Chdir(ctx, "b")
		wantErr(t, err, ErrTimeout)
		time.Sleep(10 * time.Second)
		r, err = s.Chdir(ctx, "c")
		wantReply(t, r, err, "250 in c")
	})
}

// The server does not even read the command.
func TestCommandThatCannotBeSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := net.Pipe()
		go io.WriteString(far, "220 ready\r\n")
		dial := dialTo(tcpNamed{near})
		s, _, err := Open(t.Context(), fakeAddr.String(), Options{Dial: dial})
		must(t, err)
		defer s.Close()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		if _, err = s.User(ctx, "ann"); err == nil {
			t.Error("sent")
		}
		if waited := time.Since(start); waited != time.Second || !lost(s) {
			t.Errorf("waited %v, lost %v", waited, lost(s))
		}
	})
}

// tcpNamed is a connection with a TCP address.
type tcpNamed struct{ net.Conn }

func (tcpNamed) RemoteAddr() net.Addr { return fakeAddr }

// A session is closed during a call of Before.
func TestCloseEndsTheQuestion(t *testing.T) {
	asked := make(chan struct{})
	o := Options{Before: func(ctx context.Context, verb, _ string) Intervention {
		if verb != "CWD" {
			return Intervention{}
		}
		close(asked)
		<-ctx.Done()
		return Intervention{}
	}}
	synctest.Test(t, func(t *testing.T) {
		asked = make(chan struct{})
		n := memnet.New()
		defer n.Close()
		l, err := n.Listen(fakeAddr)
		must(t, err)
		o.Dial = n.DialContext
		go func() {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			io.WriteString(conn, "220 ready\r\n")
			if got, _ := io.ReadAll(conn); len(got) > 0 {
				t.Errorf("server got %q", got)
			}
		}()
		s, _, err := Open(t.Context(), fakeAddr.String(), o)
		must(t, err)
		done := make(chan error, 1)
		go func() { _, err := s.Chdir(t.Context(), "a"); done <- err }()
		<-asked
		must(t, s.Close())
		if err := <-done; !errors.Is(err, ErrLost) {
			t.Errorf("error %v", err)
		}
	})
}
