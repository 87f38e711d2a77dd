package sim_test

import (
	"bufio"
	"io"
	"net"
	"testing"
	"testing/synctest"

	"github.com/modemsim/modemsim/backend/memnet"
)

// A webServer answers each request with webAnswer, at every address of its network, and keeps what
// was asked.
type webServer struct {
	network  *memnet.Network
	requests chan string
}

const webAnswer = "HTTP/1.0 200 OK\r\n\r\nstored"

func startWeb(t *testing.T) *webServer {
	t.Helper()
	w := &webServer{memnet.New(), make(chan string, 100)}
	l, err := w.network.Listen(&net.TCPAddr{Port: 80})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.network.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go w.serve(conn)
		}
	}()
	return w
}

// serve reads requests without a body.
func (w *webServer) serve(conn net.Conn) {
	request, in := "", bufio.NewReader(conn)
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			conn.Close()
			return
		}
		if request += line; line == "\r\n" {
			w.requests <- request
			request = ""
			io.WriteString(conn, webAnswer)
		}
	}
}

// want fails unless this is the next request.
func (w *webServer) want(t *testing.T, request string) {
	t.Helper()
	synctest.Wait()
	select {
	case got := <-w.requests:
		if got != request {
			t.Errorf("the server was asked %q, want %q", got, request)
		}
	default:
		t.Errorf("the server was not asked %q", request)
	}
}
