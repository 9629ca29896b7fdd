package compat

// A Rule finds one kind of change. Its verdicts are fixed: where a kind of change hurts in one case and not in another,
// it is two rules.
type Rule struct {
	Name          string // stable: users write it in their configuration and in allow comments
	Doc           string // one line, for help and docs
	Reads, Writes Verdict
	Why           string // full sentences: who fails and how
	Instead       string // a full sentence: how to make the change without breaking anybody; or ""

	check func(*tables) []change
}

// Rules gives all rules, in report order.
func Rules() []Rule { return append([]Rule(nil), rules...) }

// RuleNames gives their names.
func RuleNames() (names []string) {
	for i := range rules {
		names = append(names, rules[i].Name)
	}
	return names
}

// Advice says of a rule why it breaks and what to do instead.
func Advice(rule string) (why, instead string) {
	if r := find(rule); r != nil {
		return r.Why, r.Instead
	}
	return "", ""
}

func find(name string) *Rule {
	for i := range rules {
		if rules[i].Name == name {
			return &rules[i]
		}
	}
	return nil
}

const (
	addThenRemove = "Add the new one beside it, write both, and remove the old one when no app that reads it is left."
	copyRefuses   = "A client's copy still enforces it and refuses a row that breaks it, which stops its sync."
	serverRefuses = "The server refuses rows that were fine before."
	checkData     = "Release an app that keeps to the new rule first; tighten the server when the old ones are gone."
	loosenLast    = "Release an app that copes with such rows first; loosen the server when the old ones are gone."
)

// rules holds every rule, in report order.
var rules = []Rule{
	// Tables.
	{"table-removed", "a table that clients read and write is gone", Breaking, Breaking,
		"The server answers 400 to every shape of it, and clients stop; a write has nowhere to go.",
		"Release an app without it first; drop the table when the old ones are gone.", tableRemoved},
	{"table-renamed", "a migration renames a table", Breaking, Breaking,
		"Clients ask for a shape by the old name and are answered 400.", addThenRemove, tableRenamed},
	{"table-added", "a table is new", Compatible, Compatible,
		"Nobody asks for it yet.", "", tableAdded},
	{"table-became-view", "a view takes a table's place", Breaking, Breaking,
		"Electric serves tables only: a shape of a view is answered 400. Rows can be written through some views only.", "", tableBecameView},
	{"view-became-table", "a table takes a view's place", Compatible, Compatible,
		"A view was never synced.", "", viewBecameTable},
	{"table-became-partitioned", "an ordinary table is partitioned now, or the other way round", Compatible, Compatible,
		"It is another table of the same name: its shapes start over.", "", onTables(tablePartitioned)},
	{"table-not-replicated", "a table turns foreign or unlogged", Breaking, Compatible,
		"Postgres replicates neither, so clients see no change any more.", "", onTables(tableNotReplicated)},
	{"table-replicated", "a table is no longer foreign or unlogged", Compatible, Compatible,
		"Clients can sync it from now on.", "", onTables(tableReplicated)},
	{"client-table-removed", "a table is still there but the clients' migrations make it no more", Compatible, Compatible,
		"Old apps go on with the table they have.", "", onTables(clientRemoved)},
	{"client-table-added", "a table of the server's is made by the clients' migrations now", Compatible, Compatible,
		"Old apps do not know of it.", "", onTables(clientAdded)},

	// Columns.
	{"column-removed", "a column is gone", Breaking, Breaking,
		"A shape that names it is answered 400; one of the whole table starts over and delivers rows without it. A write that sets it is refused.",
		"Release an app that does not use it first; drop the column when the old ones are gone.", onAnyColumns(columnRemoved)},
	{"column-renamed", "a migration renames a column", Breaking, Breaking,
		"To an old client the column is gone.", addThenRemove, onColumns(columnRenamed)},
	{"column-added", "a column is new that may be left out of an insert", Compatible, Compatible,
		"A shape of the whole table starts over and delivers one value more; a shape that names its columns does not notice. A copy in PGlite must name its columns, for it has none for the new value: if yours does not, set this rule to breaking.",
		"", onAnyColumns(columnAdded)},
	{"required-column-added", "a new column is NOT NULL and has no default", Compatible, Breaking,
		"An old client's inserts lack it and are refused.", "Give it a default, or let it be null until all clients send it.", onAnyColumns(requiredColumnAdded)},
	{"generated-column-added", "a new column is generated", Breaking, Compatible,
		"Before PostgreSQL 18 Electric answers 400 to a shape of a whole table that has a generated column; only shapes that name other columns go on.",
		"Use a view or compute the value in the client, unless all your shapes name their columns.", onAnyColumns(generatedColumnAdded)},

	// What is the server's alone in a table that clients have.
	{"server-column-added", "a column of the server's alone is new that may be left out of an insert", Compatible, Compatible,
		"Clients do not know of it. A shape of the whole table starts over and delivers one value more than their copies can hold; one that names its columns does not notice.",
		"", onServerColumns(serverColumnAdded)},
	{"required-server-column-added", "a new column of the server's alone is NOT NULL and has no default", Compatible, Breaking,
		"No client's inserts have a value for it: they are refused.", "Give it a default, or let it be null.", onServerColumns(requiredServerColumnAdded)},
	{"server-column-removed", "a column of the server's alone is gone", Compatible, Compatible,
		"Clients did not know of it.", "", onServerColumns(serverColumnRemoved)},
	{"server-column-required", "a column of the server's alone may be left out of an insert no more", Same, Breaking,
		"No client's inserts have a value for it: they are refused.", "Give it a default, or let it be null.", onServerColumns(serverColumnRequired)},
	{"server-column-changed", "a column of the server's alone is another one in a way that clients' inserts do not depend on", Compatible, Compatible,
		"Clients do not know of it.", "", onServerColumns(serverColumnChanged)},
	{"client-column-removed", "a column is still there but the clients' migrations make it no more", Compatible, Compatible,
		"Old apps go on with the column they have.", "", onColumns(clientColumnRemoved)},
	{"client-column-added", "a column of the server's is made by the clients' migrations now", Compatible, Compatible,
		"Old apps do not know of it.", "", onServerColumns(clientColumnAdded)},
	{"server-constraint-added", "a constraint is new that all rows meet which clients insert, since they leave its columns null", Same, Compatible,
		"It concerns values that clients do not send.", "", onTables(serverConstraintAdded)},
	{"server-constraint-removed", "a constraint on columns or to a table that clients do not have is gone, or allows more", Same, Compatible,
		"No client's copy enforces it.", "", onTables(serverConstraintRemoved)},
	{"server-constraint-changed", "a constraint on columns or to a table that clients do not have is another one", Same, Breaking,
		"No client's copy enforces it, but the server may refuse rows that were fine before.", checkData, onTables(serverConstraintChanged)},

	// Types.
	{"column-type-widened", "a column's type allows more than before", Breaking, Compatible,
		"A client's copy refuses a value outside of the old type, and its code may get another kind of value: int8 arrives as a BigInt, int4 as a number.",
		loosenLast, onColumns(typeWidened)},
	{"column-type-narrowed", "a column's type allows less than before", Compatible, Breaking,
		serverRefuses + " Shapes start over.", checkData, onColumns(typeNarrowed)},
	{"column-type-equivalent", "a column's type has another name and the same values", Compatible, Compatible,
		"Shapes start over; the text of the values and what clients make of it stay.", "", onColumns(typeEquivalent)},
	{"column-type-changed", "a column's type is another one", Breaking, Breaking,
		"Clients parse the text of a value by its type, and what they send is not what the server expects.", addThenRemove, onColumns(typeChanged)},
	{"column-collation-changed", "a column sorts in another way", Compatible, Compatible,
		"The order of rows on the server and in a client's copy may differ.", "", onColumns(collationChanged)},

	// Nullability.
	{"not-null-added", "a column may not be null any more", Compatible, Breaking,
		"The server refuses an old client's nulls.", checkData, onColumns(notNullAdded)},
	{"not-null-removed", "a column may be null", Breaking, Compatible,
		"A null is no value of an old client's type; its copy refuses it, and Electric's client throws when its schema says NOT NULL.", loosenLast, onColumns(notNullRemoved)},

	// Defaults.
	{"default-added", "a column has a default", Same, Compatible,
		"An insert without it gets the default.", "", onColumns(defaultAdded)},
	{"default-changed", "a column has another default", Same, Compatible,
		"An insert without it gets another value than the client's copy shows until the row comes back.", "", onColumns(defaultChanged)},
	{"default-removed", "a column that may be null has no default any more", Same, Compatible,
		"An insert without it gets null.", "", onColumns(defaultRemoved)},
	{"required-default-removed", "a NOT NULL column has no default any more", Same, Breaking,
		"An old client's insert without it is refused.", "Keep the default until all clients send a value.", onColumns(requiredDefaultRemoved)},

	// Generated columns and identity.
	{"column-became-generated", "an ordinary column is generated now", Breaking, Breaking,
		"Before PostgreSQL 18 Electric refuses shapes with it; a write that sets it is refused.", addThenRemove, onColumns(becameGenerated)},
	{"column-no-longer-generated", "a generated column is an ordinary one now", Breaking, Compatible,
		"Shapes deliver it from now on, and in a client's copy it is still generated and cannot be set.", "", onColumns(noLongerGenerated)},
	{"generated-expression-changed", "a generated column is computed in another way", Breaking, Same,
		"A client's copy goes on computing the old value: it shows other data than the server.", addThenRemove, onColumns(generatedChanged)},
	{"identity-always", "a column turns GENERATED ALWAYS AS IDENTITY", Same, Breaking,
		"The server refuses values for it, which clients that make their own keys send.", "Use GENERATED BY DEFAULT.", onColumns(identityAlways)},
	{"identity-by-default", "a column turns GENERATED BY DEFAULT AS IDENTITY", Same, Compatible,
		"It may be left out and it may be sent.", "", onColumns(identityByDefault)},
	{"identity-removed", "a column is no identity any more and has no default", Same, Breaking,
		"An insert without it is refused.", "Give it a default.", onColumns(identityRemoved)},

	// Keys.
	{"primary-key-added", "a table gets a primary key", Compatible, Breaking,
		serverRefuses + " Shapes start over, rows being known by their key from now on.", checkData, onTables(primaryKeyAdded)},
	{"primary-key-removed", "a table has no primary key any more", Breaking, Compatible,
		"A change of a row comes as a removal and an addition under another key, and a client's copy refuses rows that the key kept apart.", "", onTables(primaryKeyRemoved)},
	{"primary-key-changed", "a primary key has other columns", Breaking, Breaking,
		"A change carries the key's columns and those that changed: old clients look for the row by other ones.", addThenRemove, onTables(primaryKeyChanged)},
	{"primary-key-reordered", "a primary key has its columns in another order", Compatible, Same,
		"The keys of all rows are other ones; shapes start over.", "", onTables(primaryKeyReordered)},
	{"unique-added", "values must be unique that need not be before", Same, Breaking,
		serverRefuses, checkData, onTables(uniqueAdded)},
	{"unique-removed", "values need not be unique any more", Breaking, Compatible,
		copyRefuses, loosenLast, onTables(uniqueRemoved)},
	{"exclusion-added", "an exclusion constraint is new", Same, Breaking,
		serverRefuses, checkData, onTables(exclusionAdded)},
	{"exclusion-removed", "an exclusion constraint is gone", Breaking, Compatible,
		copyRefuses, loosenLast, onTables(exclusionRemoved)},

	// Checks.
	{"check-added", "a check is new", Same, Breaking, serverRefuses, checkData, onTables(checkAdded)},
	{"check-removed", "a check is gone", Breaking, Compatible, copyRefuses, loosenLast, onTables(checkRemoved)},
	{"check-tightened", "a check allows less", Same, Breaking, serverRefuses, checkData, onTables(checkTightened)},
	{"check-loosened", "a check allows more", Breaking, Compatible, copyRefuses, loosenLast, onTables(checkLoosened)},
	{"check-changed", "a check is another one, and neither clearly follows from the other", Breaking, Breaking,
		copyRefuses + " " + serverRefuses, checkData, onTables(checkChanged)},

	// Foreign keys.
	{"foreign-key-added", "a reference is checked now", Same, Breaking,
		"The server refuses rows whose other end is not there, or not yet.", checkData, onTables(foreignKeyAdded)},
	{"foreign-key-removed", "a reference is not checked any more", Breaking, Compatible,
		copyRefuses, loosenLast, onTables(foreignKeyRemoved)},
	{"foreign-key-changed", "columns refer to another table or other columns", Breaking, Breaking,
		"Old clients look for the other end elsewhere.", addThenRemove, onTables(foreignKeyChanged)},
	{"foreign-key-restricts", "removing or changing the other end is refused where it was followed", Compatible, Breaking,
		"An old client's delete of the other end is refused.", "", onTables(foreignKeyRestricts)},
	{"foreign-key-action-changed", "removing or changing the other end does something else", Compatible, Compatible,
		"The rows that follow come through their own shapes.", "", onTables(foreignKeyAction)},
	{"foreign-key-immediate", "a reference is checked earlier than before", Same, Breaking,
		"A transaction that writes the referring row first is refused.", "", onTables(foreignKeyImmediate)},
	{"foreign-key-deferred", "a reference is checked later than before", Same, Compatible,
		"Whoever wrote in order still may.", "", onTables(foreignKeyDeferred)},

	// Types with a definition of their own.
	{"enum-label-added", "an enum has a new label", Breaking, Compatible,
		"Old clients' code does not know it, and the enum of their copy refuses it.", loosenLast, onTypes(enumLabelAdded)},
	{"enum-label-removed", "an enum lacks a label", Compatible, Breaking,
		"Old clients still send it.", checkData, onTypes(enumLabelRemoved)},
	{"enum-label-renamed", "a label of an enum is called otherwise", Breaking, Breaking,
		"Old clients know neither the new label nor that the old one is gone.", "Add the new label and move the rows when all clients know it.", onTypes(enumLabelRenamed)},
	{"enum-reordered", "the labels of an enum are in another order", Compatible, Compatible,
		"The order of rows on the server and in a client's copy may differ.", "", onTypes(enumReordered)},
	{"domain-check-added", "a domain allows less", Same, Breaking, serverRefuses, checkData, onTypes(domainCheckAdded)},
	{"domain-check-removed", "a domain allows more", Breaking, Compatible, copyRefuses, loosenLast, onTypes(domainCheckRemoved)},
	{"domain-check-changed", "a domain has another check", Breaking, Breaking, copyRefuses + " " + serverRefuses, checkData, onTypes(domainCheckChanged)},
	{"domain-not-null-added", "a domain may not be null any more", Compatible, Breaking, "The server refuses an old client's nulls.", checkData, onTypes(domainNotNullAdded)},
	{"domain-not-null-removed", "a domain may be null", Breaking, Compatible, copyRefuses, loosenLast, onTypes(domainNotNullRemoved)},
	{"domain-default-changed", "a domain has another default, or none", Same, Compatible,
		"An insert that leaves its column out gets another value.", "", onTypes(domainDefault)},
	{"composite-changed", "a composite type has other fields", Breaking, Breaking,
		"A row's text lists the fields without names: an old client reads and writes other ones.", addThenRemove, onTypes(compositeChanged)},
	{"range-changed", "a range type is over another type", Breaking, Breaking,
		"Clients parse the text of the bounds by the old type.", addThenRemove, onTypes(rangeChanged)},

	// Replication and rights.
	{"replica-identity-full", "updates carry the whole old row", Compatible, Same,
		"That is what Electric needs; it sets it itself where it may.", "", onTables(replicaIdentityFull)},
	{"replica-identity-lost", "updates do not carry the whole old row any more", Breaking, Same,
		"Electric needs the old row to tell whether it leaves or enters a shape: it drops the table's shapes or refuses them.", "Leave the replica identity FULL.", onTables(replicaIdentityLost)},
	{"row-security-enabled", "row security is enabled", Compatible, Breaking,
		"Without a policy that lets them, the API's writes are refused. Electric reads the log, which has no policies, and its first query as its own role: rows may be missing there unless that role bypasses row security.", "", onTables(rowSecurityEnabled)},
	{"row-security-disabled", "row security is disabled", Compatible, Compatible, "What was refused is not any more.", "", onTables(rowSecurityDisabled)},
	{"policy-tightened", "a policy that allows writes is gone, or a restrictive one is new", Compatible, Breaking, serverRefuses, "", onTables(policyTightened)},
	{"policy-loosened", "a policy that allows writes is new, or a restrictive one is gone", Compatible, Compatible, "What was allowed still is.", "", onTables(policyLoosened)},
	{"policy-changed", "a policy has another condition, other roles or another command", Compatible, Breaking,
		"Whether it allows less cannot be told from its text.", "", onTables(policyChanged)},
	{"trigger-changed", "a trigger is new, gone or another one", Same, Compatible,
		"What a trigger does to a write cannot be told from its text.", "", onTables(triggerChanged)},
}
