package scenarios

import "strings"

// A ReferenceTable is one table of the reference of the language.
type ReferenceTable struct {
	Title string
	Doc   string   // a line above it, perhaps ""
	Head  []string // of the columns; the first is what stands in a file, the last says what it means
	Rows  [][]string
}

// triggerRows and countRows are the words before a verb; the parser of a rule knows them (rule.go).
var (
	triggerRows = [][]string{
		{"", "once, at the start, in the order of the file"},
		{"on EVENT", "whenever the event happens"},
		{"at D", "D after the last power on or reset"},
		{"at HH:MM", "when the module's clock (+CCLK) says so; set clock sets it"},
		{"each D", "every D"},
		{"then [D]", "D after the rule above has fired; under an expect, after it was met"},
		{"then each D", "from then on every D"},
	}
	countRows = [][]string{
		{"", "every time"},
		{"once", "the first time"},
		{"first N", "the first N times"},
		{"nth N", "the N-th time alone"},
		{"from N", "the N-th time and all later ones"},
		{"every N", "each N-th time"},
		{"p P", "each time with probability P, from 0 to 1"},
	}
)

// Reference is the language in tables: triggers, counts, events, verbs and settings.
func Reference() []ReferenceTable {
	return []ReferenceTable{
		{"Triggers", "When a rule acts. A time D is such as 500ms, 10s or 2m. In the place of a D or an N but that of a count, LOW..HIGH is one between them, drawn from the seed each time.", []string{"trigger", "meaning"}, triggerRows},
		{"Counts", "Which of its triggers a rule takes.", []string{"count", "meaning"}, countRows},
		{"Events", "What `on`, `expect` and `forbid` wait for; `EVENT or EVENT` waits for either. A NAME with blanks stands in double quotes.", []string{"event", "meaning"}, eventCells()},
		{"Verbs", "What a rule does. A word in brackets may be left out.", []string{"verb", "group", "meaning"}, verbCells()},
		{"Settings", "What `set KEY VALUE` takes.", []string{"setting", "values", "default", "meaning"}, settingCells()},
	}
}

func eventCells() (rows [][]string) {
	for _, e := range Events() {
		name := string(e.Kind)
		if e.Arg == CommandArg {
			name = ""
		}
		rows = append(rows, []string{name + e.Args(), e.Doc})
	}
	return rows
}

func verbCells() (rows [][]string) {
	eachVerb(func(group string, v verb) { rows = append(rows, []string{v.usage(), group, v.doc}) })
	return rows
}

func settingCells() (rows [][]string) {
	for _, s := range Keys() {
		rows = append(rows, []string{s.Key, s.Range, s.Default, s.Doc})
	}
	return rows
}

// Summary is the first comment of a scenario or profile that comes with the program, without
// its #; "" when it has none.
func Summary(name string) string {
	text, err := Source(name)
	if err != nil {
		return ""
	}
	first, _, _ := strings.Cut(text, "\n")
	comment, ok := strings.CutPrefix(first, "#")
	if !ok {
		return ""
	}
	return strings.TrimSpace(comment)
}
