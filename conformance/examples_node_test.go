//go:build conformance

// Package: npm
// Package: g++

package conformance

import "testing"

// TestExamplesNode tests the examples in Node and in Arduino's C++, as TestExamples does the
// others.
func TestExamplesNode(t *testing.T) {
	t.Parallel()
	for _, folder := range []string{"node", "arduino"} {
		t.Run(folder, func(t *testing.T) {
			e := copyExample(t, folder)
			dialogs := e.dialogs()
			if len(dialogs) == 0 {
				t.Fatal("the README shows no command")
			}
			for _, d := range dialogs {
				out, err := e.run("sh", "-c", d.command)
				if err != nil {
					t.Fatalf("%s: %v:\n%s", d.command, err, out)
				}
				if !d.shows(out) {
					t.Errorf("%s: the README shows\n%s\nit says\n%s", d.command, d.output, out)
				}
			}
		})
	}
}
