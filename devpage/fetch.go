package devpage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
)

// ErrNoPage is wrapped when something answers that has no such state: another
// sync server, or something else altogether.
var ErrNoPage = errors.New("no state of electric's is there")

// maxState is how much is read, in bytes.
const maxState = 256 << 20

// Fetch reads the state of the server at base, as "http://localhost:3000". Its
// user and query, where secrets may be, are not sent.
func Fetch(ctx context.Context, base string) (*State, error) {
	u, err := url.Parse(base)
	if err != nil {
		return nil, errors.New("read the server's state: its URL cannot be read")
	}
	u.User, u.RawQuery, u.Fragment = nil, "", ""
	address := u.JoinPath(StatePath).String()
	s, err := fetch(ctx, address)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", address, err)
	}
	return s, nil
}

func fetch(ctx context.Context, address string) (*State, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", "application/json")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		var outer *url.Error // which would name the address again
		if errors.As(err, &outer) {
			err = outer.Err
		}
		return nil, err
	}
	defer answer.Body.Close()
	if kind, _, _ := mime.ParseMediaType(answer.Header.Get("Content-Type")); answer.StatusCode != http.StatusOK || kind != "application/json" {
		return nil, fmt.Errorf("%w: the answer is %s, %s", ErrNoPage, answer.Status, orNone(kind))
	}
	return decode(answer.Body)
}

func orNone(kind string) string {
	if kind == "" {
		return "without a type"
	}
	return kind
}

func decode(r io.Reader) (*State, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxState))
	if err != nil {
		return nil, err
	}
	var head struct {
		Format int `json:"format"`
	}
	switch err := json.Unmarshal(data, &head); {
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrNoPage, err)
	case head.Format < 1:
		return nil, fmt.Errorf("%w: it has no format number", ErrNoPage)
	case head.Format > Format:
		return nil, fmt.Errorf("the server is a newer electric: its format is %d, this one reads up to %d; upgrade electric", head.Format, Format)
	}
	s := new(State)
	if err := json.Unmarshal(data, s); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoPage, err)
	}
	return s, nil
}
