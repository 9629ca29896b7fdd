package compile

import "github.com/electric-cli/electric/parser/ast"

// alterRules are the subcommands of ALTER TABLE.
var alterRules map[ast.AlterTableType]alterRule

func init() {
	const (
		tables       = onTable | onForeign
		tablesOrView = onTable | onView | onForeign
		rows         = onTable | onMatview
		rowsForeign  = onTable | onMatview | onForeign
		columns      = onTable | onComposite | onForeign
	)
	alterRules = map[ast.AlterTableType]alterRule{
		ast.AT_AddColumn:                 {passAddColumn, columns, "ADD COLUMN", prepAddColumn, applyAddColumn},
		ast.AT_ColumnDefault:             {passDrop, tablesOrView, "ALTER COLUMN ... SET DEFAULT", simpleRecursion, applyColumnDefault},
		ast.AT_AddIdentity:               {passAddOtherConstraint, tablesOrView, "ALTER COLUMN ... ADD IDENTITY", nil, applyAddIdentity},
		ast.AT_SetIdentity:               {passMisc, tablesOrView, "ALTER COLUMN ... SET", nil, applySetIdentity},
		ast.AT_DropIdentity:              {passDrop, tablesOrView, "ALTER COLUMN ... DROP IDENTITY", nil, applyDropIdentity},
		ast.AT_DropNotNull:               {passDrop, tables, "ALTER COLUMN ... DROP NOT NULL", prepDropNotNull, applyDropNotNull},
		ast.AT_SetNotNull:                {passColumnAttributes, tables, "ALTER COLUMN ... SET NOT NULL", prepSetNotNull, applySetNotNull},
		ast.AT_CheckNotNull:              {passColumnAttributes, tables, "", simpleRecursion, applyCheckNotNull},
		ast.AT_DropExpression:            {passDrop, tables, "ALTER COLUMN ... DROP EXPRESSION", prepDropExpression, applyDropExpression},
		ast.AT_SetStatistics:             {passMisc, rowsForeign | onIndex | onPartitionedIndex, "ALTER COLUMN ... SET STATISTICS", simpleRecursion, applySetStatistics},
		ast.AT_SetOptions:                {passMisc, rowsForeign, "ALTER COLUMN ... SET", nil, applySetOptions},
		ast.AT_ResetOptions:              {passMisc, rowsForeign, "ALTER COLUMN ... RESET", nil, applySetOptions},
		ast.AT_SetStorage:                {passMisc, rowsForeign, "ALTER COLUMN ... SET STORAGE", simpleRecursion, applySetStorage},
		ast.AT_SetCompression:            {passMisc, rows, "ALTER COLUMN ... SET COMPRESSION", nil, applySetCompression},
		ast.AT_DropColumn:                {passDrop, columns, "DROP COLUMN", prepDropColumn, applyDropColumn},
		ast.AT_AddIndex:                  {passAddIndex, onTable, "", nil, applyAddIndex},
		ast.AT_AddConstraint:             {passAddConstraint, tables, "ADD CONSTRAINT", nil, applyAddConstraint},
		ast.AT_AddIndexConstraint:        {passAddIndexConstraint, onTable, "ADD CONSTRAINT", nil, applyAddIndexConstraint},
		ast.AT_AlterConstraint:           {passMisc, onTable, "ALTER CONSTRAINT", nil, applyAlterConstraint},
		ast.AT_ValidateConstraint:        {passMisc, tables, "VALIDATE CONSTRAINT", nil, applyValidateConstraint},
		ast.AT_DropConstraint:            {passDrop, tables, "DROP CONSTRAINT", nil, applyDropConstraint},
		ast.AT_AlterColumnType:           {passAlterType, columns, "ALTER COLUMN ... SET DATA TYPE", prepAlterColumnType, applyAlterColumnType},
		ast.AT_AlterColumnGenericOptions: {passMisc, onForeign, "ALTER COLUMN ... OPTIONS", nil, applyColumnGenericOptions},
		ast.AT_ChangeOwner:               {passMisc, 0, "OWNER TO", nil, applyChangeOwner},
		ast.AT_ClusterOn:                 {passMisc, rows, "CLUSTER ON", nil, applyClusterOn},
		ast.AT_DropCluster:               {passMisc, rows, "SET WITHOUT CLUSTER", nil, applyDropCluster},
		ast.AT_SetLogged:                 {passMisc, onTable | onSequence, "SET LOGGED", prepPersistence, applyPersistence},
		ast.AT_SetUnLogged:               {passMisc, onTable | onSequence, "SET UNLOGGED", prepPersistence, applyPersistence},
		ast.AT_DropOids:                  {passDrop, tables, "SET WITHOUT OIDS", nil, applyNothing},
		ast.AT_SetAccessMethod:           {passMisc, rows, "SET ACCESS METHOD", prepAccessMethod, applyAccessMethod},
		ast.AT_SetTableSpace:             {passMisc, rows | onIndex | onPartitionedIndex, "SET TABLESPACE", prepTablespace, applyTablespace},
		ast.AT_SetRelOptions:             {passMisc, onTable | onView | onMatview | onIndex, "SET", nil, applyRelOptions},
		ast.AT_ResetRelOptions:           {passMisc, onTable | onView | onMatview | onIndex, "RESET", nil, applyRelOptions},
		ast.AT_ReplaceRelOptions:         {passMisc, onTable | onView | onMatview | onIndex, "", nil, applyRelOptions},
		ast.AT_EnableTrig:                {passMisc, tables, "ENABLE TRIGGER", nil, applyTriggers},
		ast.AT_EnableAlwaysTrig:          {passMisc, tables, "ENABLE ALWAYS TRIGGER", nil, applyTriggers},
		ast.AT_EnableReplicaTrig:         {passMisc, tables, "ENABLE REPLICA TRIGGER", nil, applyTriggers},
		ast.AT_DisableTrig:               {passMisc, tables, "DISABLE TRIGGER", nil, applyTriggers},
		ast.AT_EnableTrigAll:             {passMisc, tables, "ENABLE TRIGGER ALL", nil, applyTriggers},
		ast.AT_DisableTrigAll:            {passMisc, tables, "DISABLE TRIGGER ALL", nil, applyTriggers},
		ast.AT_EnableTrigUser:            {passMisc, tables, "ENABLE TRIGGER USER", nil, applyTriggers},
		ast.AT_DisableTrigUser:           {passMisc, tables, "DISABLE TRIGGER USER", nil, applyTriggers},
		ast.AT_EnableRule:                {passMisc, onTable, "ENABLE RULE", nil, applyRules},
		ast.AT_EnableAlwaysRule:          {passMisc, onTable, "ENABLE ALWAYS RULE", nil, applyRules},
		ast.AT_EnableReplicaRule:         {passMisc, onTable, "ENABLE REPLICA RULE", nil, applyRules},
		ast.AT_DisableRule:               {passMisc, onTable, "DISABLE RULE", nil, applyRules},
		ast.AT_AddInherit:                {passMisc, tables, "INHERIT", prepAddInherit, applyAddInherit},
		ast.AT_DropInherit:               {passMisc, tables, "NO INHERIT", nil, applyDropInherit},
		ast.AT_AddOf:                     {passMisc, onTable, "OF", nil, applyAddOf},
		ast.AT_DropOf:                    {passMisc, onTable, "NOT OF", nil, applyDropOf},
		ast.AT_ReplicaIdentity:           {passMisc, rows, "REPLICA IDENTITY", nil, applyReplicaIdentity},
		ast.AT_EnableRowSecurity:         {passMisc, onTable, "ENABLE ROW SECURITY", nil, applyRowSecurity},
		ast.AT_DisableRowSecurity:        {passMisc, onTable, "DISABLE ROW SECURITY", nil, applyRowSecurity},
		ast.AT_ForceRowSecurity:          {passMisc, onTable, "FORCE ROW SECURITY", nil, applyRowSecurity},
		ast.AT_NoForceRowSecurity:        {passMisc, onTable, "NO FORCE ROW SECURITY", nil, applyRowSecurity},
		ast.AT_GenericOptions:            {passMisc, onForeign, "OPTIONS", nil, applyGenericOptions},
		ast.AT_AttachPartition:           {passMisc, onTable | onPartitionedIndex, "ATTACH PARTITION", nil, applyAttachPartition},
		ast.AT_DetachPartition:           {passMisc, onTable, "DETACH PARTITION", nil, applyDetachPartition},
		ast.AT_DetachPartitionFinalize:   {passMisc, onTable, "DETACH PARTITION ... FINALIZE", nil, applyDetachFinalize},
	}
}

func applyNothing(*alteration, *alteredTable, *alterCmd) {}
