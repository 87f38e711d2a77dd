package scenarios

import (
	"fmt"
	"slices"
	"strings"
)

// The words that begin a trigger and a count.
var (
	triggerWords = []string{"on", "at", "each", "then"}
	countWords   = []string{"once", "first", "nth", "from", "every", "p"}
)

// foreignWords are verbs of other languages, with what this one has for them.
var foreignWords = map[string]string{
	"wait": "then 10s VERB acts 10 s after the rule above", "sleep": "then 10s VERB acts 10 s after the rule above",
	"pause": "then 10s VERB acts 10 s after the rule above", "after": "then 10s VERB acts 10 s after the rule above",
	"when": "on EVENT VERB", "if": "on EVENT VERB", "whenever": "on EVENT VERB",
	"send": "urc TEXT sends a line, raw TEXT sends bytes", "print": "urc TEXT sends a line, raw TEXT sends bytes",
	"and": "write a second rule for the second action", "or": "or stands between events: on EVENT or EVENT VERB", "not": "not size N, not sha256 HEX or not same FILE, behind ftp:stored", "until": "forbid EVENT until EVENT",
	"do":     "a rule has its verb behind its event: on EVENT VERB",
	"assert": "expect D EVENT, or forbid EVENT", "require": "expect D EVENT",
}

// misplaced is the error of a word that stands where a verb has to: err, or what its writer may
// have meant.
func (s *scanner) misplaced(word string, r *Rule, err error) error {
	lower := strings.ToLower(word)
	_, known := findVerb(lower)
	switch {
	case word != lower && (known == nil || slices.Contains(slices.Concat(triggerWords, countWords), lower)):
		return fmt.Errorf("unknown verb %q (words are in lower case: %s)", word, lower)
	case slices.Contains(triggerWords, word):
		return fmt.Errorf("%s cannot stand here (a rule has one trigger, at its beginning)", word)
	case slices.Contains(countWords, word) && r.Count.Kind != Every:
		return fmt.Errorf("%s cannot stand here (a rule has one count)", word)
	case strings.HasPrefix(word, "%"):
		return fmt.Errorf("%q stands apart (write it without a blank: ftp:data@50%%)", word)
	case foreignWords[word] != "":
		return fmt.Errorf("unknown verb %q (%s)", word, foreignWords[word])
	}
	if e, wrong := ParseEvent(word); wrong == nil {
		return fmt.Errorf("%s is an event and stands where a verb has to (on %s VERB, expect 10s %s, forbid %s)", word, e, e, e)
	}
	if near := nearest(word, slices.Concat(triggerWords, countWords[:len(countWords)-1])); near != "" && distance(lower, near) == 1 && r.Trigger.Kind == AtStart {
		return fmt.Errorf("unknown verb %q (did you mean %q?)", word, near)
	}
	return err
}
