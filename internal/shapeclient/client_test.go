package shapeclient

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A reply is one answer of a server that plays a part.
type reply struct {
	status  int
	headers map[string]string // besides the usual ones; "-" takes one away
	body    string
}

const schema = `{"id":{"type":"int4","pk_index":0,"not_null":true},"b":{"type":"text"}}`

// Messages of table t (id, b).
const (
	snapshotEnd = `{"headers":{"control":"snapshot-end","xmin":"1","xmax":"2","xip_list":[]}}`
	upToDate    = `{"headers":{"control":"up-to-date","global_last_seen_lsn":"%d"}}`
	firstRow    = `{"key":"\"public\".\"t\"/\"1\"","value":{"id":"1","b":"x"},"headers":{"operation":"insert","relation":["public","t"]}}`
)

func change(operation, value string, lsn, op int, last bool) string {
	more := ""
	if last {
		more = `,"last":true`
	}
	return fmt.Sprintf(`{"key":"\"public\".\"t\"/\"1\"","value":%s,"headers":{"operation":%q,"relation":["public","t"],"txids":[7],"lsn":"%d","op_position":%d%s}}`,
		value, operation, lsn, op, more)
}

// first and second are the answers that every shape begins with: a row, nothing more.
var (
	first  = reply{200, map[string]string{"electric-offset": "0_0", "electric-has-data": "true"}, "[" + firstRow + "," + snapshotEnd + "]"}
	second = news("0_0", 5)
)

// news is a live answer, or the second one of all.
func news(offset string, lsn int, messages ...string) reply {
	return reply{200, map[string]string{
		"electric-offset": offset, "electric-up-to-date": "", "electric-has-data": fmt.Sprint(len(messages) > 0), "electric-cursor": offset,
	}, "[" + strings.Join(append(messages, fmt.Sprintf(upToDate, lsn)), ",") + "]"}
}

// play has a client follow what a server plays, and gives what the client says.
// When all was played, it is content.
func play(t *testing.T, replies ...reply) error {
	over := make(chan struct{})
	var asked atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := int(asked.Add(1)) - 1
		if n == len(replies) {
			close(over)
		}
		if n >= len(replies) {
			<-r.Context().Done()
			return
		}
		p := replies[n]
		h := w.Header()
		for name, value := range map[string]string{
			"electric-handle": "h", "content-type": "application/json", "etag": `"e"`, "cache-control": "public", "electric-schema": schema,
		} {
			h.Set(name, value)
		}
		for name, value := range p.headers {
			if h.Set(name, value); value == "-" {
				h.Del(name)
			}
		}
		w.WriteHeader(p.status)
		_, _ = w.Write([]byte(p.body))
	}))
	defer server.Close()
	c := New(Options{Base: server.URL, Shape: Shape{Table: "t", Key: []string{"id"}}})
	ended := make(chan error, 1)
	go func() { ended <- c.Run(t.Context()) }()
	select {
	case err := <-ended:
		server.CloseClientConnections()
		return err
	case <-over:
		server.CloseClientConnections()
		return nil
	case <-time.After(30 * time.Second):
		t.Fatal("the client does not go on")
		return nil
	}
}

func TestWhatAClientAccepts(t *testing.T) {
	require.NoError(t, play(t, first, second,
		news("9_4", 9, change("update", `{"id":"1","b":"y"}`, 9, 0, false), change("delete", `{"id":"1"}`, 9, 2, false), change("insert", `{"id":"1","b":null}`, 9, 4, true)),
		reply{503, map[string]string{"retry-after": "1"}, `{"message":"later"}`},
		reply{409, map[string]string{"electric-handle": "other"}, mustRefetch},
		reply{200, map[string]string{"electric-handle": "other", "electric-offset": "0_0", "electric-has-data": "true"}, "[" + snapshotEnd + "]"},
	))
}

// Whatever a server gets wrong is noticed.
func TestWhatAClientRefuses(t *testing.T) {
	with := func(r reply, name, value string) reply {
		headers := map[string]string{name: value}
		for n, v := range r.headers {
			if n != name {
				headers[n] = v
			}
		}
		r.headers = headers
		return r
	}
	body := func(r reply, text string) reply { r.body = text; return r }
	update, insert := change("update", `{"id":"1","b":"y"}`, 9, 0, true), change("insert", `{"id":"1","b":"y"}`, 9, 0, true)
	for name, replies := range map[string][]reply{
		"no handle":                      {with(first, "electric-handle", "-")},
		"another handle":                 {first, with(second, "electric-handle", "other")},
		"no schema":                      {with(first, "electric-schema", "-")},
		"another key in the schema":      {with(first, "electric-schema", `{"id":{"type":"int4"},"b":{"type":"text"}}`)},
		"no etag":                        {with(first, "etag", "-")},
		"no cursor":                      {first, second, with(news("9_0", 9, update), "electric-cursor", "-")},
		"the same cursor":                {first, second, news("9_0", 9, update), with(news("10_0", 10, change("update", `{"id":"1","b":"z"}`, 10, 0, true)), "electric-cursor", "9_0")},
		"up to date at once":             {with(first, "electric-up-to-date", "")},
		"another first offset":           {with(first, "electric-offset", "0_1")},
		"half a body":                    {body(first, "["+firstRow)},
		"more than a body":               {body(first, "[]]")},
		"an unknown field":               {body(first, strings.Replace("["+firstRow+","+snapshotEnd+"]", `"value"`, `"values"`, 1))},
		"two rows of a key":              {body(first, "["+firstRow+","+firstRow+","+snapshotEnd+"]")},
		"two ends of the snapshot":       {body(first, "["+snapshotEnd+","+snapshotEnd+"]")},
		"a row after the end":            {body(first, "["+snapshotEnd+","+firstRow+"]")},
		"up to date without an end":      {body(first, "["+firstRow+"]"), second},
		"a row without a column":         {body(first, "["+strings.Replace(firstRow, `,"b":"x"`, "", 1)+","+snapshotEnd+"]")},
		"null where there is none":       {body(first, "["+strings.Replace(firstRow, `"id":"1"`, `"id":null`, 1)+","+snapshotEnd+"]")},
		"an offset that is not the last": {first, second, news("9_2", 9, update)},
		"no last":                        {first, second, news("9_0", 9, change("update", `{"id":"1","b":"y"}`, 9, 0, false))},
		"a change after the last":        {first, second, news("9_2", 9, update, change("delete", `{"id":"1"}`, 9, 2, true))},
		"places that do not grow":        {first, second, news("9_0", 9, change("update", `{"id":"1","b":"y"}`, 9, 0, false), change("delete", `{"id":"1"}`, 9, 0, true))},
		"a change that was passed":       {first, news("0_0", 9), news("9_0", 9, update)},
		"an earlier transaction":         {first, second, news("9_0", 9, update), news("8_0", 9, change("delete", `{"id":"1"}`, 8, 0, true))},
		"no txids":                       {first, second, news("9_0", 9, strings.Replace(update, `"txids":[7],`, "", 1))},
		"an insert of what is there":     {first, second, news("9_0", 9, insert)},
		"a delete of what is not there":  {first, second, news("9_0", 9, strings.Replace(change("delete", `{"id":"2"}`, 9, 0, true), `\"1\"`, `\"2\"`, 1))},
		"an update of what is not there": {first, second, news("9_0", 9, strings.Replace(update, `\"1\"`, `\"2\"`, 1))},
		"an update of nothing":           {first, second, news("9_0", 9, change("update", `{"id":"1"}`, 9, 0, true))},
		"an update to the same":          {first, second, news("9_0", 9, change("update", `{"id":"1","b":"x"}`, 9, 0, true))},
		"an update without the key":      {first, second, news("9_0", 9, change("update", `{"b":"y"}`, 9, 0, true))},
		"a delete with more than a key":  {first, second, news("9_0", 9, change("delete", `{"id":"1","b":"x"}`, 9, 0, true))},
		"half of a key change":           {first, second, news("9_0", 9, strings.Replace(change("delete", `{"id":"1"}`, 9, 0, true), `"txids"`, `"key_change_to":"k","txids"`, 1))},
		"an unknown control":             {body(first, `[{"headers":{"control":"snapshot-begin"}}]`)},
		"another body of a 409":          {first, {409, nil, `{"message":"gone"}`}},
		"a 409 of the same handle":       {first, {409, nil, mustRefetch}},
		"a 503 without a time":           {first, {503, nil, `{"message":"later"}`}},
		"up to date that is not said":    {first, with(second, "electric-up-to-date", "-")},
		"no global LSN":                  {first, body(second, `[{"headers":{"control":"up-to-date"}}]`)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var b *Broken
			require.ErrorAs(t, play(t, replies...), &b)
		})
	}
	var r *Refused
	require.ErrorAs(t, play(t, reply{400, nil, `{"message":"no"}`}), &r)
	require.Equal(t, 400, r.Status)
}
