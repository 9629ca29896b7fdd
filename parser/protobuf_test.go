package parser

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	pg_query "github.com/pganalyze/pg_query_go/v5"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/electric-cli/electric/parser/ast"
)

// TestTreesAsProtobuf compares our trees, field by field, with those that the
// library gives as protobuf messages: that form drops nothing.
func TestTreesAsProtobuf(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(regress, "*.sql"))
	corpus, _ := filepath.Glob("../../shared/corpus/*/migrations/*.sql")
	if files = append(files, corpus...); len(files) == 0 {
		t.Skip("no corpus beside the repository")
	}
	n := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, it := range SplitPsql(string(text)) {
			if it.Statement != nil && len(it.Statement.Text) < 50000 {
				compareWithProtobuf(t, it.Statement)
				n++
			}
		}
		if t.Failed() {
			t.Fatal(file)
		}
	}
	t.Logf("%d statements compared", n)
}

func compareWithProtobuf(t *testing.T, s *Statement) {
	node, err := s.Node()
	if err != nil || node == nil {
		return
	}
	res, perr := pg_query.Parse(s.Text)
	if perr != nil || len(res.Stmts) != 1 {
		t.Fatalf("protobuf: %v: %s", perr, s.Text)
	}
	compareNode(t, s.Text, "", res.Stmts[0].Stmt.ProtoReflect(), node)
}

// compareNode takes a Node message, whose only field set is the node.
func compareNode(t *testing.T, text, path string, want protoreflect.Message, have ast.Node) {
	var inner protoreflect.Message
	want.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		inner = v.Message()
		return false
	})
	switch {
	case inner == nil && have == nil:
	case inner == nil || have == nil:
		t.Errorf("%s: have %v, want %v: %s", path, have, inner, text)
	default:
		compareStruct(t, text, path+"/"+have.Tag(), inner, reflect.ValueOf(have))
	}
}

func compareStruct(t *testing.T, text, path string, want protoreflect.Message, have reflect.Value) {
	if string(want.Descriptor().Name()) != have.Elem().Type().Name() {
		t.Errorf("%s: have %s, want %s", path, have.Type(), want.Descriptor().Name())
		return
	}
	if c, ok := have.Interface().(*ast.A_Const); ok {
		compareConst(t, text, path, want, c)
		return
	}
	for i := 0; i < want.Descriptor().Fields().Len(); i++ {
		f := want.Descriptor().Fields().Get(i)
		field := have.Elem().FieldByNameFunc(func(n string) bool {
			return strings.EqualFold(n, strings.ReplaceAll(string(f.Name()), "_", ""))
		})
		if field.IsValid() {
			compareField(t, text, path+"."+string(f.Name()), f, want.Get(f), field)
		}
	}
}

func compareConst(t *testing.T, text, path string, want protoreflect.Message, have *ast.A_Const) {
	if f := want.WhichOneof(want.Descriptor().Oneofs().Get(0)); f != nil {
		compareStruct(t, text, path+"."+string(f.Name()), want.Get(f).Message(), reflect.ValueOf(have.Val))
	}
	if at := want.Get(want.Descriptor().Fields().ByName("location")).Int(); int(at) != have.Location {
		t.Errorf("%s: location %d, want %d: %s", path, have.Location, at, text)
	}
}

func compareField(t *testing.T, text, path string, f protoreflect.FieldDescriptor, want protoreflect.Value, have reflect.Value) {
	if f.IsList() {
		list := want.List()
		if list.Len() != have.Len() {
			t.Errorf("%s: %d elements, want %d: %s", path, have.Len(), list.Len(), text)
			return
		}
		for i := 0; i < list.Len(); i++ {
			compareValue(t, text, path, f, list.Get(i), have.Index(i))
		}
		return
	}
	compareValue(t, text, path, f, want, have)
}

func compareValue(t *testing.T, text, path string, f protoreflect.FieldDescriptor, want protoreflect.Value, have reflect.Value) {
	ok := true
	switch f.Kind() {
	case protoreflect.MessageKind:
		switch {
		case f.Message().Name() == "Node":
			n, _ := have.Interface().(ast.Node)
			compareNode(t, text, path, want.Message(), n)
		case have.IsNil() != !want.Message().IsValid():
			ok = false
		case !have.IsNil():
			compareStruct(t, text, path, want.Message(), have)
		}
	case protoreflect.BoolKind:
		ok = want.Bool() == have.Bool()
	case protoreflect.StringKind:
		ok = want.String() == have.String()
	case protoreflect.EnumKind:
		ok = int64(want.Enum()) == have.Int()
	case protoreflect.DoubleKind:
		ok = want.Float() == have.Float()
	case protoreflect.Uint32Kind, protoreflect.Uint64Kind:
		ok = int64(want.Uint()) == have.Int()
	default:
		ok = want.Int() == have.Int()
	}
	if !ok {
		t.Errorf("%s: have %v, want %v: %.300s", path, have, want, text)
	}
}
