package scenarios

import (
	"embed"
	"fmt"
	"slices"
	"strings"
)

//go:embed profiles/*.scn
var profiles embed.FS

// Profiles are the names that LoadProfile takes, sorted.
func Profiles() []string {
	entries, err := profiles.ReadDir("profiles")
	if err != nil {
		return nil // cannot be: the folder is compiled in
	}
	var names []string
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), ".scn"))
	}
	slices.Sort(names)
	return names
}

// LoadProfile is Default with the named profile applied. The error of an unknown name lists the names.
func LoadProfile(name string) (Settings, error) {
	if !slices.Contains(Profiles(), name) {
		return Settings{}, fmt.Errorf("unknown profile %q (one of %s)", name, strings.Join(Profiles(), ", "))
	}
	file := "profiles/" + name + ".scn"
	f, err := profiles.Open(file)
	if err != nil {
		return Settings{}, err
	}
	defer f.Close()
	script, err := Parse(file, f)
	if err != nil {
		return Settings{}, err
	}
	s := Default()
	err = script.Apply(&s)
	return s, err
}
