package sim

import (
	"errors"
	"fmt"
	"net/textproto"
	"syscall"
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
		{"550 Reset.", errors.Join(broken, refused), "550 Reset. (data connection: read: input/output error)"},
		{"552 Quota.", errors.Join(fmt.Errorf("write: %w", syscall.EPIPE), refused), "552 Quota."},
		{"", broken, "data connection: read: input/output error"},
		{"226 Done.", broken, "226 Done. (data connection: read: input/output error)"},
	} {
		if got := lastWord(c.last, c.err); got != c.want {
			t.Errorf("%q and %v: %q, want %q", c.last, c.err, got, c.want)
		}
	}
}
