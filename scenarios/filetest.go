package scenarios

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
)

// A FileTest is what a rule wants of the content of a file: its size, its SHA-256, or both as those
// of another file.
type FileTest struct {
	Not    bool   // it is to be otherwise
	Size   int64  // in bytes; -1: any
	SHA256 string // in hex digits of lower case; "": any
	Same   string // the other file, beside the scenario; "": none
}

// Holds reports whether a content of this size and SHA-256 is as the test wants it.
func (t *FileTest) Holds(size int64, sum string) bool {
	if t == nil {
		return true
	}
	fits := (t.Size < 0 || size == t.Size) && (t.SHA256 == "" || sum == t.SHA256)
	return fits != t.Not
}

// String is the test in the words of a rule.
func (t *FileTest) String() string {
	text := ""
	if t.Not {
		text = "not "
	}
	switch {
	case t.Same != "":
		return text + "same " + quoted(t.Same)
	case t.SHA256 != "":
		return text + "sha256 " + t.SHA256
	}
	return fmt.Sprintf("%ssize %d", text, t.Size)
}

var sha256Form = regexp.MustCompile(`^[0-9a-f]{64}$`)

// fileTest takes a test of a file's content, if there is one.
func (s *scanner) fileTest() (*FileTest, error) {
	t := &FileTest{Not: s.Is("not"), Size: -1}
	var err error
	switch {
	case s.Is("size"):
		t.Size, err = s.exactNumber("size", 0, math.MaxInt64)
	case s.Is("sha256"):
		if t.SHA256 = s.Word(); !sha256Form.MatchString(t.SHA256) {
			err = fmt.Errorf("sha256: %q is not 64 hex digits of lower case, as sha256sum prints them", t.SHA256)
		}
	case s.Is("same"):
		if t.Same = unquoted(s.quotedWord()); t.Same == "" {
			err = errors.New("same: a file is missing (same FILE, beside the scenario)")
		}
	case t.Not:
		err = errors.New("not stands before size N, sha256 HEX or same FILE")
	default:
		return nil, nil
	}
	return t, err
}

// fileTests are those of a rule's events.
func (r *Rule) fileTests() (tests []*FileTest) {
	for _, event := range append(r.Action.Awaited(), r.Trigger.Event) {
		for e := range event.Either() {
			if e.Content != nil {
				tests = append(tests, e.Content)
			}
		}
	}
	return tests
}

// resolve reads the files that a rule of a scenario names.
func (r *Rule) resolve() error {
	for _, t := range r.fileTests() {
		if t.Same == "" {
			continue
		}
		name := t.Same
		if !filepath.IsAbs(name) {
			name = filepath.Join(filepath.Dir(r.File), name)
		}
		if err := t.read(name); err != nil {
			return fmt.Errorf("same: %w", err)
		}
	}
	return nil
}

// read takes size and SHA-256 of a regular file.
func (t *FileTest) read(name string) error {
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s is not a regular file", name)
	}
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	sum := sha256.New()
	t.Size, err = io.Copy(sum, f)
	t.SHA256 = hex.EncodeToString(sum.Sum(nil))
	return err
}
