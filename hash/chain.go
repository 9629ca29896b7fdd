package hash

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
)

// checkpointEvery is how many tables lie between two remembered states.
const checkpointEvery = 32

// A chain is the SHA-256 of one text, remembered at checkpoints, so that after a
// change only what follows the change is hashed again. Sums over the thousand
// versions of a schema would else be quadratic work.
type chain struct {
	part   part
	types  string      // the types' lines the states begin with
	states []hash.Hash // states[i]: before table i*checkpointEvery
}

// changed forgets the states behind the table at index i.
func (c *chain) changed(i int) {
	c.states = c.states[:min(len(c.states), i/checkpointEvery+1)]
}

// sum gives the hash over the types' lines and the tables.
func (c *chain) sum(types string, tables []*object) string {
	if len(c.states) == 0 || c.types != types {
		start := sha256.New()
		start.Write([]byte(versions[c.part] + "\n" + types))
		c.types, c.states = types, []hash.Hash{start}
	}
	last := len(c.states) - 1
	state := clone(c.states[last])
	for i := last * checkpointEvery; i < len(tables); i++ {
		if i > last*checkpointEvery && i%checkpointEvery == 0 {
			c.states = append(c.states, clone(state))
		}
		state.Write(tables[i].head[c.part])
	}
	return versions[c.part] + ":" + hex.EncodeToString(state.Sum(nil))
}

// clone copies a state. SHA-256 always can.
func clone(state hash.Hash) hash.Hash {
	c, err := state.(hash.Cloner).Clone()
	if err != nil {
		panic(err)
	}
	return c
}
