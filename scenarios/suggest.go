package scenarios

import (
	"fmt"
	"strings"
)

// suggest is the hint for an unknown word: the nearest known one, or all when none is near.
func suggest(word string, known []string) string {
	if near := nearest(word, known); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return "one of " + strings.Join(known, ", ")
}

// nearest is the known word most like this one, whatever the case of its letters; "" when
// none is near. Of those that are equally near one of the same length is taken, for a wrong letter
// is likelier than a missing one.
func nearest(word string, known []string) string {
	word = strings.ToLower(word)
	best, least := "", len(word)/2+1
	for _, k := range known {
		d := distance(word, strings.ToLower(k))
		if d < least || d == least && best != "" && len(k) == len(word) && len(best) != len(word) {
			best, least = k, d
		}
	}
	return best
}

// distance is the number of bytes to insert, delete or replace that turns a into b (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replaced := diagonal
			if a[i] != b[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
