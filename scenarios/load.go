package scenarios

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

//go:embed profiles/*.scn shipped/*.scn
var shipped embed.FS

// names are the files of a folder of shipped, without .scn, sorted.
func names(folder string) []string {
	entries, err := shipped.ReadDir(folder)
	if err != nil {
		return nil // cannot be: the folder is compiled in
	}
	var list []string
	for _, e := range entries {
		list = append(list, strings.TrimSuffix(e.Name(), ".scn"))
	}
	slices.Sort(list)
	return list
}

// Profiles are the names that LoadProfile takes, sorted.
func Profiles() []string { return names("profiles") }

// Shipped are the names of the scenarios that come with the program, sorted.
func Shipped() []string { return names("shipped") }

// Source returns the text of a scenario or profile that comes with the program.
func Source(name string) (string, error) {
	name = strings.TrimSuffix(name, ".scn")
	for _, folder := range []string{"shipped", "profiles"} {
		if text, err := shipped.ReadFile(path.Join(folder, name+".scn")); err == nil {
			return string(text), nil
		}
	}
	return "", fmt.Errorf("there is no scenario %q (%s)", name, suggestScenario(name))
}

// suggestScenario is the hint for a name that matches no scenario or profile.
func suggestScenario(name string) string {
	if near := nearest(name, append(Shipped(), Profiles()...)); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return "'modemsim scenarios' lists them"
}

// LoadProfile reads the named profile. The error of an unknown name lists the names.
func LoadProfile(name string) (*Script, error) {
	if !slices.Contains(Profiles(), name) {
		return nil, fmt.Errorf("unknown profile %q (one of %s)", name, join(Profiles()))
	}
	return (&loader{}).shipped("profiles/" + name + ".scn")
}

// Load reads a scenario: a file, or one that comes with the program, by its name with or
// without .scn. A file stands before one of the program's. Errors of the language are
// *Error.
func Load(name string) (*Script, error) { return (&loader{}).load(name) }

// maxDepth is how deep includes may nest.
const maxDepth = 8

// loader reads files with what they include.
type loader struct{ depth int }

func (l *loader) load(name string) (*Script, error) {
	f, err := os.Open(name)
	if err == nil {
		defer f.Close()
		return l.nested(func() (*Script, error) {
			return parse(name, f, func(other string) (*Script, error) {
				if !filepath.IsAbs(other) {
					if beside := filepath.Join(filepath.Dir(name), other); exists(beside) {
						other = beside
					}
				}
				return l.load(other)
			})
		})
	}
	base := strings.TrimSuffix(name, ".scn")
	for folder, list := range map[string][]string{"shipped": Shipped(), "profiles": Profiles()} {
		if slices.Contains(list, base) {
			return l.shipped(folder + "/" + base + ".scn")
		}
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: no such file, and no scenario of this name comes with modemsim (%s)", name, suggestScenario(base))
	}
	return nil, err
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// shipped reads a file of the program.
func (l *loader) shipped(file string) (*Script, error) {
	f, err := shipped.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return l.nested(func() (*Script, error) { return parse(path.Base(file), f, l.load) })
}

// nested bounds how deep files include each other.
func (l *loader) nested(read func() (*Script, error)) (*Script, error) {
	if l.depth++; l.depth > maxDepth {
		return nil, fmt.Errorf("files include each other more than %d deep", maxDepth)
	}
	defer func() { l.depth-- }()
	return read()
}
