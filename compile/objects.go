package compile

import (
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
)

// objectStatements are the statements about everything but transactions,
// settings, queries and relations.
var objectStatements map[string]statement

func init() {
	objectStatements = map[string]statement{
		"CreateRoleStmt":               {run: on((*Session).createRole)},
		"AlterRoleStmt":                {run: on((*Session).alterRole)},
		"AlterRoleSetStmt":             {run: on((*Session).alterRoleSet)},
		"DropRoleStmt":                 {run: on((*Session).dropRole)},
		"GrantRoleStmt":                {run: on((*Session).grantRole)},
		"GrantStmt":                    {run: on((*Session).grant)},
		"AlterDefaultPrivilegesStmt":   {run: on((*Session).alterDefaultPrivileges)},
		"DropOwnedStmt":                {run: on((*Session).dropOwned)},
		"ReassignOwnedStmt":            {run: on((*Session).reassignOwned)},
		"CreateSchemaStmt":             {run: on((*Session).createSchema)},
		"CreateEnumStmt":               {run: on((*Session).createEnum)},
		"AlterEnumStmt":                {run: on((*Session).alterEnum)},
		"CompositeTypeStmt":            {run: on((*Session).createComposite)},
		"CreateRangeStmt":              {run: on((*Session).createRange)},
		"CreateDomainStmt":             {run: on((*Session).createDomain)},
		"AlterDomainStmt":              {run: on((*Session).alterDomain)},
		"AlterTypeStmt":                {run: on((*Session).alterType)},
		"DefineStmt":                   {run: on((*Session).define)},
		"CreateFunctionStmt":           {run: on((*Session).createFunction)},
		"AlterFunctionStmt":            {run: on((*Session).alterFunction)},
		"CreateTrigStmt":               {run: on((*Session).createTrigger)},
		"CreateEventTrigStmt":          {run: on((*Session).createEventTrigger)},
		"AlterEventTrigStmt":           {run: on((*Session).alterEventTrigger)},
		"CreatePolicyStmt":             {run: on((*Session).createPolicy)},
		"AlterPolicyStmt":              {run: on((*Session).alterPolicy)},
		"AlterOperatorStmt":            {run: on((*Session).alterOperator)},
		"CreateOpClassStmt":            {run: on((*Session).createOpClass)},
		"CreateOpFamilyStmt":           {run: on((*Session).createOpFamily)},
		"AlterOpFamilyStmt":            {run: on((*Session).alterOpFamily)},
		"CreateCastStmt":               {run: on((*Session).createCast)},
		"AlterCollationStmt":           {run: on((*Session).alterCollation)},
		"CreateConversionStmt":         {run: on((*Session).createConversion)},
		"CreatePLangStmt":              {run: on((*Session).createLanguage)},
		"AlterTSDictionaryStmt":        {run: on((*Session).alterTSDictionary)},
		"AlterTSConfigurationStmt":     {run: on((*Session).alterTSConfiguration)},
		"CreateAmStmt":                 {run: on((*Session).createAccessMethod)},
		"CreateTransformStmt":          {run: on((*Session).createTransform)},
		"CreateFdwStmt":                {run: on((*Session).createFDW)},
		"AlterFdwStmt":                 {run: on((*Session).alterFDW)},
		"CreateForeignServerStmt":      {run: on((*Session).createServer)},
		"AlterForeignServerStmt":       {run: on((*Session).alterServer)},
		"CreateUserMappingStmt":        {run: on((*Session).createUserMapping)},
		"AlterUserMappingStmt":         {run: on((*Session).alterUserMapping)},
		"DropUserMappingStmt":          {run: on((*Session).dropUserMapping)},
		"ImportForeignSchemaStmt":      {run: on((*Session).importForeignSchema)},
		"CreatePublicationStmt":        {run: on((*Session).createPublication)},
		"AlterPublicationStmt":         {run: on((*Session).alterPublication)},
		"CreateSubscriptionStmt":       {run: on((*Session).createSubscription)},
		"AlterSubscriptionStmt":        {run: on((*Session).alterSubscription)},
		"DropSubscriptionStmt":         {run: on((*Session).dropSubscription)},
		"CreateExtensionStmt":          {run: on((*Session).createExtension)},
		"AlterExtensionStmt":           {run: on((*Session).alterExtension)},
		"AlterExtensionContentsStmt":   {run: on((*Session).alterExtensionContents)},
		"CommentStmt":                  {run: on((*Session).comment)},
		"SecLabelStmt":                 {run: on((*Session).securityLabel)},
		"AlterOwnerStmt":               {run: on((*Session).alterOwner)},
		"AlterObjectDependsStmt":       {run: on((*Session).alterDepends)},
		"CreatedbStmt":                 {run: on((*Session).createDatabase), alone: alone("CREATE DATABASE")},
		"AlterDatabaseStmt":            {run: on((*Session).alterDatabase), alone: databaseMove},
		"AlterDatabaseSetStmt":         {run: on((*Session).alterDatabaseSet)},
		"AlterDatabaseRefreshCollStmt": {run: on((*Session).alterDatabaseRefresh)},
		"DropdbStmt":                   {run: on((*Session).dropDatabase), alone: alone("DROP DATABASE")},
		"CreateTableSpaceStmt":         {run: on((*Session).createTablespace), alone: alone("CREATE TABLESPACE")},
		"DropTableSpaceStmt":           {run: on((*Session).dropTablespace), alone: alone("DROP TABLESPACE")},
		"AlterTableSpaceOptionsStmt":   {run: on((*Session).alterTablespace)},
		"AlterSystemStmt":              {run: on((*Session).alterSystem), alone: alone("ALTER SYSTEM")},
		"ListenStmt":                   {run: passOver, readOnly: true},
		"UnlistenStmt":                 {run: passOver, readOnly: true},
		"NotifyStmt":                   {run: passOver, readOnly: true},
		"LoadStmt":                     {run: passOver, readOnly: true},
		"CheckPointStmt":               {run: on((*Session).checkpoint), readOnly: true},
	}
}

// passOver runs a statement that changes nothing we keep.
func passOver(*Session, ast.Node) {}

// checkpoint is CHECKPOINT: nothing to write, but not for everybody.
func (s *Session) checkpoint(*ast.CheckPointStmt) {
	if !s.hasPrivsOf(s.catalog.CurrentUser, pg.RolePgCheckpoint) {
		s.requireSuperuser("must be superuser or have privileges of pg_checkpoint to do CHECKPOINT")
	}
}

// objectDeleters remove objects that other objects hold in lists.
var objectDeleters = map[catalog.Class]func(*Session, catalog.Address){
	catalog.ClassPublicationRel:       (*Session).deleteMember,
	catalog.ClassPublicationNamespace: (*Session).deleteMember,
	catalog.ClassAmop:                 func(*Session, catalog.Address) {},
	catalog.ClassAmproc:               func(*Session, catalog.Address) {},
}

func (s *Session) deleteMember(a catalog.Address) {
	if m, ok := s.catalog.Object(a).(*catalog.Generic); ok {
		s.deletePublished(m)
	}
}

// definitions are the kinds of CREATE that share one form: name (option =
// value, …).
var definitions = map[ast.ObjectType]func(*Session, *ast.DefineStmt){
	ast.OBJECT_AGGREGATE: (*Session).createAggregate, ast.OBJECT_OPERATOR: (*Session).createOperator, ast.OBJECT_TYPE: (*Session).createBaseType,
	ast.OBJECT_COLLATION: (*Session).createCollation, ast.OBJECT_TSPARSER: (*Session).createTSParser,
	ast.OBJECT_TSDICTIONARY: (*Session).createTSDictionary, ast.OBJECT_TSTEMPLATE: (*Session).createTSTemplate,
	ast.OBJECT_TSCONFIGURATION: (*Session).createTSConfiguration,
}

// define interprets CREATE AGGREGATE, OPERATOR, TYPE, COLLATION and TEXT SEARCH.
func (s *Session) define(n *ast.DefineStmt) { definitions[n.Kind](s, n) }
