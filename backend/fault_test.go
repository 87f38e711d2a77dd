package backend

import (
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"testing"
	"time"
)

// before returns a Before that acts on one verb.
func before(verb string, act func(arg string) Intervention) func(context.Context, string, string) Intervention {
	return func(_ context.Context, asked, arg string) Intervention {
		if asked != verb {
			return Intervention{}
		}
		return act(arg)
	}
}

func always(iv Intervention) func(string) Intervention {
	return func(string) Intervention { return iv }
}

var errFault = errors.New("fault")

func TestFaultOnACommand(t *testing.T) {
	busy := Reply{Code: 450, Lines: []string{"450 File busy"}}
	t.Run("answer", func(t *testing.T) {
		withSession(t, Options{Before: before("CWD", always(Intervention{Answer: &busy}))}, func(f *fakeServer) {
			f.answer("MKD b", "257 made")
		}, func(t *testing.T, s *Session) {
			r, err := s.Chdir(t.Context(), "a")
			wantRefusal(t, r, err, "450 File busy")
			r, err = s.Mkdir(t.Context(), "b")
			wantReply(t, r, err, "257 made")
		})
	})
	t.Run("answer 421", func(t *testing.T) {
		withSession(t, Options{Before: before("CWD", always(Intervention{Answer: &Reply{Code: 421, Lines: []string{"421 bye"}}}))},
			func(f *fakeServer) { f.wantEnd() }, func(t *testing.T, s *Session) {
				r, err := s.Chdir(t.Context(), "a")
				wantRefusal(t, r, err, "421 bye")
				<-s.Lost()
			})
	})
	t.Run("answer of two lines", func(t *testing.T) {
		withSession(t, Options{Before: before("CWD", always(Intervention{Answer: &Reply{Code: 550, Lines: []string{"550 no\r\n250 yes"}}}))}, func(f *fakeServer) {
			f.answer("MKD b", "257 made")
		}, func(t *testing.T, s *Session) {
			if _, err := s.Chdir(t.Context(), "a"); err == nil {
				t.Error("no refusal")
			}
			r, err := s.Mkdir(t.Context(), "b")
			wantReply(t, r, err, "257 made")
		})
	})
	t.Run("swallow", func(t *testing.T) {
		withSession(t, Options{Before: before("CWD", always(Intervention{Swallow: true}))}, func(f *fakeServer) {
			f.answer("CWD a", "250 in a")
			f.answer("MKD b", "257 made")
		}, func(t *testing.T, s *Session) {
			_, err := s.Chdir(t.Context(), "a")
			wantErr(t, err, ErrTimeout)
			r, err := s.Mkdir(t.Context(), "b")
			wantReply(t, r, err, "257 made")
		})
	})
	t.Run("rewrite", func(t *testing.T) {
		wrong := func(r Reply) Reply { return Reply{Code: r.Code, Lines: []string{"213 999"}} }
		withSession(t, Options{Before: before("SIZE", always(Intervention{Rewrite: wrong}))}, func(f *fakeServer) {
			f.answer("SIZE f", "213 1120")
		}, func(t *testing.T, s *Session) {
			size, r, err := s.Size(t.Context(), "f")
			wantReply(t, r, err, "213 999")
			if size != 999 {
				t.Errorf("size %d", size)
			}
		})
	})
	t.Run("error", func(t *testing.T) {
		iv := Intervention{Err: errFault}
		o := Options{Before: before("CWD", func(string) Intervention { was := iv; iv = Intervention{}; return was })}
		withSession(t, o, func(f *fakeServer) {
			f.answer("CWD a", "250 in a")
		}, func(t *testing.T, s *Session) {
			_, err := s.Chdir(t.Context(), "a")
			wantErr(t, err, errFault)
			r, err := s.Chdir(t.Context(), "a") // the library's writer must not have kept the error
			wantReply(t, r, err, "250 in a")
		})
	})
}

func TestFaultOnTheFinalReply(t *testing.T) {
	for _, c := range []struct {
		name string
		iv   Intervention
		last string
		err  error
	}{
		{"swallow", Intervention{Swallow: true}, "", ErrTimeout},
		{"rewrite", Intervention{Rewrite: func(r Reply) Reply {
			if r.Code/100 == 1 {
				return r
			}
			return Reply{Code: 451, Lines: []string{"451 Disk trouble"}}
		}}, "451 Disk trouble", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			withSession(t, Options{Before: before("RETR", always(c.iv))}, func(f *fakeServer) {
				f.passive()
				f.accept("RETR f", "150 go")
				f.conn.Close()
				f.say("226 done")
				f.answer("CWD a", "250 in a")
			}, func(t *testing.T, s *Session) {
				passive(t, s)
				d, r, err := s.Retrieve(t.Context(), "f")
				wantReply(t, r, err, "150 go")
				_, err = io.ReadAll(d)
				must(t, err)
				r, err = d.Finish(t.Context())
				if c.err == nil {
					wantRefusal(t, r, err, c.last)
				} else {
					wantErr(t, err, c.err)
				}
				r, err = s.Chdir(t.Context(), "a")
				wantReply(t, r, err, "250 in a")
			})
		})
	}
}

func TestFaultOnConnect(t *testing.T) {
	for _, c := range []struct {
		name   string
		iv     Intervention
		server func(*fakeServer)
		last   string
		err    error
	}{
		{"refused", Intervention{Err: errFault}, nil, "", errFault},
		{"turned away", Intervention{Answer: &Reply{Code: 421, Lines: []string{"421 full"}}}, nil, "421 full", nil},
		{"another greeting", Intervention{Answer: &Reply{Code: 220, Lines: []string{"220 other"}}}, func(f *fakeServer) { f.say("220 ready") }, "220 other", nil},
		{"no greeting", Intervention{Swallow: true}, func(f *fakeServer) { f.say("220 ready") }, "", ErrTimeout},
	} {
		t.Run(c.name, func(t *testing.T) {
			var asked string
			o := Options{Before: before("CONNECT", func(address string) Intervention { asked = address; return c.iv })}
			withServer(t, func(f *fakeServer) { c.server(f) }, func(t *testing.T, dial dialFunc) {
				o.Dial = dial
				if c.server == nil {
					o.Dial = func(context.Context, string, string) (net.Conn, error) {
						t.Error("dialled")
						return nil, errFault
					}
				}
				s, r, err := Open(t.Context(), fakeAddr.String(), o)
				switch {
				case c.err != nil:
					wantErr(t, err, c.err)
				case c.iv.Answer.Code == 220:
					wantReply(t, r, err, c.last)
					s.Close()
				default:
					wantRefusal(t, r, err, c.last)
				}
				if asked != fakeAddr.String() {
					t.Errorf("asked about %q", asked)
				}
			})
		})
	}
}

// Before is called once for each command of the host, and not for what the
// session sends of its own accord.
func TestFaultsAreAskedAboutTheHostsCommandsOnly(t *testing.T) {
	var asked []string
	o := Options{Before: func(_ context.Context, verb, arg string) Intervention {
		if verb == "CONNECT" || verb == "DATA" {
			arg = ""
		}
		asked = append(asked, verb+" "+arg)
		return Intervention{}
	}}
	withSession(t, o, func(f *fakeServer) {
		f.answer("REST 5", "350 ok")
		f.passive()
		f.accept("REST 5", "350 ok")
		f.answer("RETR a b", "150 go", "226 done")
		f.conn.Close()
	}, func(t *testing.T, s *Session) {
		_, err := s.Restart(t.Context(), 5)
		must(t, err)
		passive(t, s)
		d, _, err := s.Retrieve(t.Context(), "a b")
		must(t, err)
		_, err = io.ReadAll(d)
		must(t, err)
		_, err = d.Finish(t.Context())
		must(t, err)
	})
	want := []string{"CONNECT ", "USER ann", "PASS ****", "REST 5", "PASV ", "DATA ", "RETR a b"}
	if !slices.Equal(asked, want) {
		t.Errorf("asked %q; want %q", asked, want)
	}
}

// short ends a data connection after n bytes.
type short struct {
	net.Conn
	n int
}

func (s *short) Read(p []byte) (int, error) {
	if s.n == 0 {
		return 0, io.EOF
	}
	n, err := s.Conn.Read(p[:min(len(p), s.n)])
	s.n -= n
	return n, err
}

func TestFaultOnTheData(t *testing.T) {
	o := Options{Data: func(c net.Conn) net.Conn { return &short{c, 3} }}
	withSession(t, o, func(f *fakeServer) {
		f.passive()
		f.accept("RETR f", "150 go")
		f.send("the file")
		time.Sleep(time.Second)
		f.say("426 you went away")
	}, func(t *testing.T, s *Session) {
		passive(t, s)
		d, _, err := s.Retrieve(t.Context(), "f")
		must(t, err)
		if got, err := io.ReadAll(d); string(got) != "the" || err != nil {
			t.Errorf("read %q, %v", got, err)
		}
		r, err := d.Finish(t.Context())
		wantRefusal(t, r, err, "426 you went away")
	})
}
