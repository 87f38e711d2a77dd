package scenarios

import (
	"slices"
	"testing"
)

func TestProfiles(t *testing.T) {
	if want := []string{"adh8066", "adh8066-2008", "adh8066-2012", "adh8066-field"}; !slices.Equal(Profiles(), want) {
		t.Errorf("profiles %q, want %q", Profiles(), want)
	}
	for _, name := range Profiles() {
		if _, err := LoadProfile(name); err != nil {
			t.Error(err)
		}
	}
}

// profile are the settings of a profile.
func profile(name string) (Settings, error) {
	s := Default()
	script, err := LoadProfile(name)
	if err != nil {
		return s, err
	}
	return s, script.Apply(&s)
}

func TestDefaultProfile(t *testing.T) {
	if s, err := profile("adh8066"); err != nil || s != Default() {
		t.Errorf("error %v, settings\n%+v\nwant those of Default", err, s)
	}
}

func TestProfile2012(t *testing.T) {
	want := Default()
	want.IPError, want.AIPAExtra = IPErrorSpaced, 2
	if s, err := profile("adh8066-2012"); err != nil || s != want {
		t.Errorf("error %v, settings\n%+v\nwant\n%+v", err, s, want)
	}
}

func TestProfile2008(t *testing.T) {
	want := Default()
	want.ColonSpace = false
	if s, err := profile("adh8066-2008"); err != nil || s != want {
		t.Errorf("error %v, settings\n%+v\nwant\n%+v", err, s, want)
	}
}

func TestProfileField(t *testing.T) {
	want := Default()
	want.Timing, want.RxBuffer, want.BootWaitsDSR = TimingField, 2048, true
	if s, err := profile("adh8066-field"); err != nil || s != want {
		t.Errorf("error %v, settings\n%+v\nwant\n%+v", err, s, want)
	}
}

func TestUnknownProfile(t *testing.T) {
	for _, name := range []string{"", "adh8060", "../profiles/adh8066", "adh8066.scn"} {
		_, err := LoadProfile(name)
		if err == nil {
			t.Errorf("%q is taken", name)
		}
	}
	_, err := LoadProfile("adh")
	if want := `unknown profile "adh" (one of adh8066, adh8066-2008, adh8066-2012, adh8066-field)`; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}
