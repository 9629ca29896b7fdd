package analyze

// An ExprKind says where an expression stands: what is refused depends on it.
type ExprKind int

// The kinds of expression, as ParseExprKind.
const (
	KindNone ExprKind = iota
	KindOther
	KindJoinOn
	KindJoinUsing
	KindFromSubselect
	KindFromFunction
	KindWhere
	KindHaving
	KindFilter
	KindWindowPartition
	KindWindowOrder
	KindWindowFrameRange
	KindWindowFrameRows
	KindWindowFrameGroups
	KindSelectTarget
	KindInsertTarget
	KindUpdateSource
	KindUpdateTarget
	KindMergeWhen
	KindGroupBy
	KindOrderBy
	KindDistinctOn
	KindLimit
	KindOffset
	KindReturning
	KindValues
	KindValuesSingle
	KindCheckConstraint
	KindDomainCheck
	KindColumnDefault
	KindFunctionDefault
	KindIndexExpression
	KindIndexPredicate
	KindStatsExpression
	KindAlterColTransform
	KindExecuteParameter
	KindTriggerWhen
	KindPolicy
	KindPartitionBound
	KindPartitionExpression
	KindCallArgument
	KindCopyWhere
	KindGeneratedColumn
	KindCycleMark
)

// A kindRule holds what PostgreSQL says of one kind of expression. An empty
// refusal means that the thing is allowed; "*" means the general words with
// the kind's name.
type kindRule struct {
	name      string
	column    string // refusal of column references
	subquery  string
	srf       string
	aggregate string
	grouping  string
	window    string
}

// refused makes the row of a kind in which nothing but scalar expressions are
// allowed. Its words are plural in set, aggregate and window, singular in sub.
func refused(name, sub, plural string) kindRule {
	return kindRule{
		name:      name,
		subquery:  "cannot use subquery in " + sub,
		srf:       "set-returning functions are not allowed in " + plural,
		aggregate: "aggregate functions are not allowed in " + plural,
		grouping:  "grouping operations are not allowed in " + plural,
		window:    "window functions are not allowed in " + plural,
	}
}

// joined is a kind whose refusals name it in the general words.
func joined(name string, srf bool) kindRule {
	r := kindRule{name: name, aggregate: "*", grouping: "*", window: "*"}
	if !srf {
		r.srf = "*"
	}
	return r
}

var kindRules = [...]kindRule{
	KindNone:              {name: "invalid expression context"},
	KindOther:             {name: "extension expression"},
	KindJoinOn:            {name: "JOIN/ON", srf: "set-returning functions are not allowed in JOIN conditions", aggregate: "aggregate functions are not allowed in JOIN conditions", grouping: "grouping operations are not allowed in JOIN conditions", window: "window functions are not allowed in JOIN conditions"},
	KindJoinUsing:         {name: "JOIN/USING", srf: "set-returning functions are not allowed in JOIN conditions", aggregate: "aggregate functions are not allowed in JOIN conditions", grouping: "grouping operations are not allowed in JOIN conditions", window: "window functions are not allowed in JOIN conditions"},
	KindFromSubselect:     {name: "sub-SELECT in FROM", srf: "*", aggregate: "aggregate functions are not allowed in FROM clause of their own query level", grouping: "grouping operations are not allowed in FROM clause of their own query level", window: "*"},
	KindFromFunction:      {name: "function in FROM", aggregate: "aggregate functions are not allowed in functions in FROM", grouping: "grouping operations are not allowed in functions in FROM", window: "window functions are not allowed in functions in FROM"},
	KindWhere:             joined("WHERE", false),
	KindHaving:            {name: "HAVING", srf: "*", window: "*"},
	KindFilter:            joined("FILTER", false),
	KindWindowPartition:   {name: "window PARTITION BY", window: "window functions are not allowed in window definitions"},
	KindWindowOrder:       {name: "window ORDER BY", window: "window functions are not allowed in window definitions"},
	KindWindowFrameRange:  {name: "window RANGE", srf: "set-returning functions are not allowed in window definitions", aggregate: "aggregate functions are not allowed in window RANGE", grouping: "grouping operations are not allowed in window RANGE", window: "window functions are not allowed in window definitions"},
	KindWindowFrameRows:   {name: "window ROWS", srf: "set-returning functions are not allowed in window definitions", aggregate: "aggregate functions are not allowed in window ROWS", grouping: "grouping operations are not allowed in window ROWS", window: "window functions are not allowed in window definitions"},
	KindWindowFrameGroups: {name: "window GROUPS", srf: "set-returning functions are not allowed in window definitions", aggregate: "aggregate functions are not allowed in window GROUPS", grouping: "grouping operations are not allowed in window GROUPS", window: "window functions are not allowed in window definitions"},
	KindSelectTarget:      {name: "SELECT"},
	KindInsertTarget:      {name: "INSERT", aggregate: "*", grouping: "*", window: "*"},
	KindUpdateSource:      joined("UPDATE", false),
	KindUpdateTarget:      joined("UPDATE", false),
	KindMergeWhen:         {name: "MERGE WHEN", srf: "set-returning functions are not allowed in MERGE WHEN conditions", aggregate: "aggregate functions are not allowed in MERGE WHEN conditions", grouping: "grouping operations are not allowed in MERGE WHEN conditions", window: "window functions are not allowed in MERGE WHEN conditions"},
	KindGroupBy:           {name: "GROUP BY", aggregate: "*", grouping: "*", window: "*"},
	KindOrderBy:           {name: "ORDER BY"},
	KindDistinctOn:        {name: "DISTINCT ON"},
	KindLimit:             joined("LIMIT", false),
	KindOffset:            joined("OFFSET", false),
	KindReturning:         joined("RETURNING", false),
	KindValues:            joined("VALUES", false),
	KindValuesSingle:      joined("VALUES", true),
	KindCheckConstraint:   refused("CHECK", "check constraint", "check constraints"),
	KindDomainCheck:       refused("CHECK", "check constraint", "check constraints"),
	KindColumnDefault:     defaultRule(),
	KindFunctionDefault:   refused("DEFAULT", "DEFAULT expression", "DEFAULT expressions"),
	KindIndexExpression:   refused("index expression", "index expression", "index expressions"),
	KindIndexPredicate:    refused("index predicate", "index predicate", "index predicates"),
	KindStatsExpression:   refused("statistics expression", "statistics expression", "statistics expressions"),
	KindAlterColTransform: refused("USING", "transform expression", "transform expressions"),
	KindExecuteParameter:  refused("EXECUTE", "EXECUTE parameter", "EXECUTE parameters"),
	KindTriggerWhen:       refused("WHEN", "trigger WHEN condition", "trigger WHEN conditions"),
	KindPolicy:            {name: "POLICY", srf: "set-returning functions are not allowed in policy expressions", aggregate: "aggregate functions are not allowed in policy expressions", grouping: "grouping operations are not allowed in policy expressions", window: "window functions are not allowed in policy expressions"},
	KindPartitionBound: {name: "partition bound", column: "cannot use column reference in partition bound expression", subquery: "cannot use subquery in partition bound",
		srf: "set-returning functions are not allowed in partition bound", aggregate: "aggregate functions are not allowed in partition bound", grouping: "grouping operations are not allowed in partition bound", window: "window functions are not allowed in partition bound"},
	KindPartitionExpression: refused("PARTITION BY", "partition key expression", "partition key expressions"),
	KindCallArgument:        refused("CALL", "CALL argument", "CALL arguments"),
	KindCopyWhere:           refused("WHERE", "COPY FROM WHERE condition", "COPY FROM WHERE conditions"),
	KindGeneratedColumn:     refused("GENERATED AS", "column generation expression", "column generation expressions"),
	KindCycleMark:           joined("CYCLE", false),
}

func defaultRule() kindRule {
	r := refused("DEFAULT", "DEFAULT expression", "DEFAULT expressions")
	r.column = "cannot use column reference in DEFAULT expression"
	return r
}

// refuse raises a kind's refusal of something, if it has one.
func (k ExprKind) refuse(code, refusal, things string, location int) {
	switch refusal {
	case "":
	case "*":
		raise(code, location, "%s are not allowed in %s", things, kindRules[k].name)
	default:
		raise(code, location, "%s", refusal)
	}
}
