package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// states are the words of GET /v1/health other than active, and what they mean to people.
var states = map[string]string{
	"starting": "Electric is starting",
	"waiting":  "Electric waits for another Electric to let go of the database's replication slot",
}

// health returns a function that asks an Electric for its health: nil when it is active.
func health(base string) func(context.Context) error {
	// A connection of its own for each question: none is left open to a program that ends.
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	return func(ctx context.Context) error {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/v1/health", nil)
		if err != nil {
			return err
		}
		answer, err := client.Do(request)
		if err != nil {
			return errors.New("Electric does not answer yet")
		}
		defer answer.Body.Close()
		var body struct{ Status string }
		err = json.NewDecoder(io.LimitReader(answer.Body, 64<<10)).Decode(&body)
		switch {
		case err == nil && body.Status == "active":
			return nil
		case states[body.Status] != "":
			return errors.New(states[body.Status])
		}
		return fmt.Errorf("Electric's health is unknown: %s", answer.Status)
	}
}
