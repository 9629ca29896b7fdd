package catalog

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/pg"
)

func TestByAddressIsAMap(t *testing.T) {
	var b byAddress[string]
	list := []Address{
		{Class: ClassRelation, OID: 12},                     // the system's
		{Class: ClassType, OID: 12},                         // another class
		{Class: ClassType, OID: 20000},                      // an extension's
		{Class: ClassRelation, OID: pg.FirstUserOID},        // a migration's
		{Class: ClassType, OID: pg.FirstUserOID},            // of the same OID
		{Class: ClassRelation, OID: pg.FirstUserOID + 7000}, // behind a gap
	}
	for _, a := range list {
		require.Empty(t, b.get(a))
		*b.at(a) = a.Class.String()
	}
	for _, a := range list {
		require.Equal(t, a.Class.String(), b.get(a))
		a.Sub = 3
		require.Equal(t, a.Class.String(), b.get(a), "a column belongs to its relation")
	}
	require.Empty(t, b.get(Address{Class: ClassProc, OID: pg.FirstUserOID}))
	require.Empty(t, b.get(Address{Class: ClassType, OID: pg.FirstUserOID + 6999}))
	require.Empty(t, b.get(Address{Class: ClassType, OID: pg.FirstUserOID + 70000}))
}
