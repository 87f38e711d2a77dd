package control

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/modemsim/modemsim/transcript"
)

// controlled is a modem with its last verdict.
type controlled struct {
	*Modem
	mu      sync.Mutex
	verdict *Verdict // nil if nobody has asked since the scenario was loaded
}

// An endpoint is one path of a modem, such as /do.
type endpoint struct {
	path    string
	methods []string
	params  []string // parameters of the query
	serve   func(*controlled, http.ResponseWriter, *http.Request, url.Values) error
}

var endpoints = []endpoint{
	{"/do", []string{"POST"}, nil, (*controlled).do},
	{"/state", []string{"GET"}, nil, (*controlled).state},
	{"/transcript", []string{"GET"}, []string{"follow", "format"}, (*controlled).transcript},
	{"/wait", []string{"POST"}, []string{"event", "timeout"}, (*controlled).wait},
	{"/load", []string{"POST"}, []string{"name", "file"}, (*controlled).load},
	{"/verdict", []string{"POST"}, []string{"wait"}, (*controlled).judge},
}

// A failure is an error with the HTTP status of its answer.
type failure struct {
	status int
	err    error
}

func (f *failure) Error() string { return f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

func failed(status int, format string, args ...any) *failure {
	return &failure{status, fmt.Errorf(format, args...)}
}

// maxBody is the longest body of a request, in bytes.
const maxBody = 1 << 20

// handler serves the control socket of modems. The first modem is at /do,
// /state and so on; number N, from 1, is at /modem/N/do, /modem/N/state and so
// on.
func handler(g guard, modems ...*Modem) http.Handler {
	var all []*controlled
	for _, m := range modems {
		all = append(all, &controlled{Modem: m})
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		err := g.check(r)
		if err == nil {
			err = serve(all, w, r)
		}
		if err != nil {
			refuse(w, err)
		}
	})
}

// refuse answers with the status of an error and its text on one line, in which what a request
// brought is shown and not obeyed.
func refuse(w http.ResponseWriter, err error) {
	f := &failure{http.StatusBadRequest, err}
	errors.As(err, &f)
	if errors.As(err, new(*http.MaxBytesError)) {
		f = failed(http.StatusRequestEntityTooLarge, "the body is too long (at most %d bytes)", maxBody)
	}
	http.Error(w, transcript.Printable(f.Error()), f.status)
}

// serve finds the modem and the endpoint of a request and runs it.
func serve(all []*controlled, w http.ResponseWriter, r *http.Request) error {
	m, path, err := choose(all, r.URL.Path)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(endpoints, func(e endpoint) bool { return e.path == path })
	if i < 0 {
		return failed(http.StatusNotFound, "there is no %s (one of %s)", path, strings.Join(paths(), ", "))
	}
	e := endpoints[i]
	if !slices.Contains(e.methods, r.Method) {
		w.Header().Set("Allow", strings.Join(e.methods, ", "))
		return failed(http.StatusMethodNotAllowed, "%s does not take %s (use %s)", path, r.Method, strings.Join(e.methods, " or "))
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return err
	}
	for key := range query {
		if !slices.Contains(e.params, key) {
			return failed(http.StatusBadRequest, "%s has no parameter %q (it takes %s)", path, key, orNone(e.params))
		}
	}
	return e.serve(m, w, r, query)
}

// choose returns the modem of a path and the path without /modem/N.
func choose(all []*controlled, path string) (*controlled, string, error) {
	number := "1"
	if numbered, ok := strings.CutPrefix(path, "/modem/"); ok {
		number, path, _ = strings.Cut(numbered, "/")
		path = "/" + path
	}
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 || n > len(all) {
		return nil, "", failed(http.StatusNotFound, "there is no modem %q (1 to %d)", number, len(all))
	}
	return all[n-1], path, nil
}

func paths() []string {
	var list []string
	for _, e := range endpoints {
		list = append(list, e.path)
	}
	return list
}

func orNone(params []string) string {
	if len(params) == 0 {
		return "none"
	}
	return strings.Join(params, ", ")
}

// answer writes a value as JSON.
func answer(w http.ResponseWriter, value any) error {
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return &failure{http.StatusInternalServerError, err}
	}
	w.Header().Set("Content-Type", "application/json")
	w.Write(append(text, '\n')) // a client that has gone needs no answer
	return nil
}
