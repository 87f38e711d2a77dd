package sim

import (
	"errors"
	"net/textproto"
	"testing"
)

// The transcript says why a stream ended: in the server's words, unless they know nothing of it.
func TestLastWord(t *testing.T) {
	refused := &textproto.Error{Code: 426, Msg: "Closed."}
	broken := errors.New("data connection: read: input/output error")
	for _, c := range []struct {
		last string
		err  error
		want string
	}{
		{"226 Done.", nil, "226 Done."},
		{"426 Closed.", refused, "426 Closed."},
		{"", broken, "data connection: read: input/output error"},
		{"226 Done.", broken, "226 Done. (data connection: read: input/output error)"},
	} {
		if got := lastWord(c.last, c.err); got != c.want {
			t.Errorf("%q and %v: %q, want %q", c.last, c.err, got, c.want)
		}
	}
}
