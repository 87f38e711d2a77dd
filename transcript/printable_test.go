package transcript_test

import (
	"testing"

	"github.com/modemsim/modemsim/transcript"
)

func TestPrintable(t *testing.T) {
	for in, want := range map[string]string{
		"":                      "",
		`a plain "text" with \`: `a plain "text" with \`,
		"größe 測量 \ufffd":       "größe 測量 \ufffd",
		"a\r\nb\tc\x00":         `a\r\nb\x09c\x00`,
		"\x1b[31mred\x07\x7f":   `\x1B[31mred\x07\x7F`,
		"\x80\xff\xc3":          `\x80\xFF\xC3`,
		"\u0085\u009b1m":        `\xC2\x85\xC2\x9B1m`,
		"a\u202eb\u2028":        `a\xE2\x80\xAEb\xE2\x80\xA8`,
	} {
		if got := transcript.Printable(in); got != want {
			t.Errorf("%q is shown as %s, want %s", in, got, want)
		}
	}
}
