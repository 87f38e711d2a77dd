package backend

import (
	"bytes"
	"io"
	"testing"
	"testing/synctest"
	"time"
)

// The session and the embedded server as the modem uses them, in one bubble.
func TestSessionOnTheEmbeddedServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := t.Context()
		e := newEmbedded(t, EmbeddedOptions{User: "ann", Password: "secret"})
		s, _, err := Open(ctx, "192.0.2.7:21", Options{Dial: e.DialContext})
		must(t, err)
		defer s.Close()
		_, err = s.User(ctx, "ann")
		must(t, err)
		_, err = s.Pass(ctx, "secret")
		must(t, err)
		time.Sleep(188 * time.Second)

		size, _, err := s.Size(ctx, "firmware.bin")
		must(t, err)
		_, err = s.Restart(ctx, 100)
		must(t, err)
		passive(t, s)
		d, _, err := s.Retrieve(ctx, "firmware.bin")
		must(t, err)
		n, err := io.Copy(io.Discard, d)
		must(t, err)
		_, err = d.Finish(ctx)
		must(t, err)
		if size != 65536 || n != size-100 {
			t.Errorf("size %d, from 100 on %d", size, n)
		}

		passive(t, s)
		d, _, err = s.Retrieve(ctx, "firmware.bin")
		must(t, err)
		_, err = io.ReadFull(d, make([]byte, 1000))
		must(t, err)
		_, err = d.Abort()
		must(t, err)

		content := bytes.Repeat([]byte("sixteen bytes..\n"), 3<<16)
		passive(t, s)
		u, _, err := s.Store(ctx, "upload/whole.bin")
		must(t, err)
		_, err = u.Write(content)
		must(t, err)
		_, err = u.Finish(ctx)
		must(t, err)
		if got, ok := e.Stored("upload/whole.bin"); !ok || !bytes.Equal(got, content) {
			t.Errorf("stored %d bytes, %v", len(got), ok)
		}

		passive(t, s)
		u, _, err = s.Store(ctx, "upload/cut.bin")
		must(t, err)
		_, err = u.Write(content[:100_000])
		must(t, err)
		must(t, u.Abort())
		if got, ok := e.Stored("upload/cut.bin"); ok {
			t.Errorf("a cut upload is stored with %d bytes", len(got))
		}

		_, err = s.Delete(ctx, "User_16.crc")
		must(t, err)
		r, err := s.Quit(ctx)
		if err != nil || r.Code != 221 || lost(s) {
			t.Errorf("QUIT: %v, %v, lost %v", r, err, lost(s))
		}
	})
}
