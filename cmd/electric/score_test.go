package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// scores are the programs that compare us with PostgreSQL's own word, and what
// they must say at least. The floors are what we have, cut off: they only rise.
var scores = []struct {
	program string
	floors  []string
}{
	{"corpus/score", []string{"--fail-under", "100"}},
	{"regress/score", []string{"--fail-under", "99.2", "--fail-under-refused", "96.3"}},
}

// TestScores runs them on the program as it is built from here.
func TestScores(t *testing.T) {
	shared, err := filepath.Abs("../../../shared")
	require.NoError(t, err)
	if _, err := os.Stat(shared); err != nil {
		t.Skip("no ../shared beside the repository: nothing to score by")
	}
	if _, err := exec.LookPath("python3"); err != nil {
		t.Skip("the score programs need python3 (apt install python3)")
	}
	electric := filepath.Join(t.TempDir(), "electric")
	out, err := exec.Command("go", "build", "-o", electric, ".").CombinedOutput()
	require.NoError(t, err, "%s", out)
	for _, s := range scores {
		t.Run(s.program, func(t *testing.T) {
			args := append([]string{filepath.Join(shared, s.program), "--electric", electric}, s.floors...)
			out, err := exec.Command("python3", args...).CombinedOutput()
			require.NoError(t, err, "%s", out)
		})
	}
}
