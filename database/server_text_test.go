package database

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPublicationText(t *testing.T) {
	p := Publication{Name: "p", Owner: "app", Complete: true}
	for tables, want := range map[int]string{0: "p of app: 0 tables", 1: "p of app: 1 table", 2: "p of app: 2 tables"} {
		p.Tables = make([]string, tables)
		require.Equal(t, want, p.Text())
	}
}
