package control

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
)

// A Client sends requests to a [Server].
type Client struct {
	address string
	http    *http.Client
}

// NewClient returns a client of the server at address, in the form of [Server.Address]. It does not
// connect.
func NewClient(address string) (*Client, error) {
	network, at, err := resolve(address)
	if err != nil {
		return nil, err
	}
	dialer := new(net.Dialer)
	return &Client{address, &http.Client{Transport: &http.Transport{
		DialContext:       func(ctx context.Context, _, _ string) (net.Conn, error) { return dialer.DialContext(ctx, network, at) },
		DisableKeepAlives: true,
	}}}, nil
}

// A Refusal is an answer of the server that is an error.
type Refusal struct {
	Status int    // the HTTP status
	Text   string // what is wrong, on one line
}

func (r *Refusal) Error() string { return r.Text }

// Ask sends a request and returns the body of the answer, which the caller must
// close. If the server refuses, the error is a [*Refusal].
func (c *Client) Ask(ctx context.Context, method, path string, query url.Values, body string) (io.ReadCloser, error) {
	address := url.URL{Scheme: "http", Host: "localhost", Path: path, RawQuery: query.Encode()}
	request, err := http.NewRequestWithContext(ctx, method, address.String(), strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	answer, err := c.http.Do(request)
	if err != nil {
		return nil, c.unreachable(err)
	}
	if answer.StatusCode == http.StatusOK {
		return answer.Body, nil
	}
	text, err := io.ReadAll(answer.Body)
	if err = errors.Join(err, answer.Body.Close()); err != nil {
		return nil, err
	}
	return nil, &Refusal{answer.StatusCode, strings.TrimSpace(string(text))}
}

// unreachable turns the error of a request into one for a person to read.
func (c *Client) unreachable(err error) error {
	if failed := new(url.Error); errors.As(err, &failed) {
		err = failed.Err // without the URL, whose host is made up
	}
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ECONNREFUSED) {
		return fmt.Errorf("no modemsim listens at %s (start one with --ctl %[1]s)", c.address)
	}
	return fmt.Errorf("%s: %w", c.address, err)
}
