package transcript

import "io"

// A Writer takes the rows of a transcript as they come. It is called from the modem's own
// goroutine, which waits for it.
type Writer interface {
	WriteRow(Row) error
}

// NewTextWriter writes rows as text, each by one Write.
func NewTextWriter(w io.Writer) Writer { return &textWriter{w: w} }

type textWriter struct {
	w   io.Writer
	buf []byte
}

func (t *textWriter) WriteRow(r Row) error {
	t.buf = append(r.appendText(t.buf[:0]), '\n')
	_, err := t.w.Write(t.buf)
	return err
}

// NewJSONWriter writes rows as JSON, a line each, by one Write.
func NewJSONWriter(w io.Writer) Writer { return jsonWriter{w} }

type jsonWriter struct{ w io.Writer }

func (j jsonWriter) WriteRow(r Row) error {
	line, err := r.MarshalJSON()
	if err == nil {
		_, err = j.w.Write(append(line, '\n'))
	}
	return err
}
