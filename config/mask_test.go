package config

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMaskURL(t *testing.T) {
	for text, want := range map[string]string{
		"postgres://u:s3cret@h:5432/db":                  "postgres://u:*****@h:5432/db",
		"postgres://u:s3%2Fcret@h/db?sslmode=prefer":     "postgres://u:*****@h/db?sslmode=prefer",
		"postgres://h/db?password=s3cret&user=u":         "postgres://h/db?password=*****&user=u",
		"postgres://h/db?sslmode=prefer&sslpassword=s3":  "postgres://h/db?sslmode=prefer&sslpassword=*****",
		"https://api.example.com/v1/shape?secret=s3cret": "https://api.example.com/v1/shape?secret=*****",
		"host=h user=u password='s3 c\\'ret' dbname=db":  "host=h user=u password=***** dbname=db",
		"password = s3\\ cret user=u":                    "password = ***** user=u",
		"postgres://u:s3/cret@h/db":                      "postgres://u:*****@h/db",
		"postgres://u:s3#c?r@et@h/db":                    "postgres://u:*****@h/db",
		"postgres://u:s3 cret@h/db":                      "postgres://u:*****@h/db",
		"postgres://:s3cret@h/db":                        "postgres://:*****@h/db",
		"postgres://u@h/db":                              "postgres://u@h/db",
		"postgresql:///db":                               "postgresql:///db",
		"http://localhost:3000":                          "http://localhost:3000",
		"keep passwords out of it: take it away":         "keep passwords out of it: take it away",
	} {
		require.Equal(t, want, MaskURL(text))
		require.NotContains(t, MaskURL(text), "s3")
		require.Len(t, blank(text), len(text))
		require.NotContains(t, blank(text), "s3")
	}
}

func TestMasker(t *testing.T) {
	m := &Masker{}
	m.Add("s3/cr@t")
	m.Add("postgres")
	m.Add("x")
	m.Show("app")
	require.Equal(t, "postgres://app@h/x ***** ***** *****", m.Text("postgres://app@h/x s3/cr@t s3%2Fcr%40t s3%2Fcr@t"))
}

func FuzzMaskURL(f *testing.F) {
	f.Add("postgres://u:", "s3cret", "@h/db")
	f.Fuzz(func(t *testing.T, before, secret, after string) {
		if len(secret) < shortest || strings.Contains(Masked, secret) {
			t.Skip()
		}
		MaskURL(before + secret + after)
		require.Len(t, blank(before+secret+after), len(before+secret+after))
		address := "postgres://u:" + secret + "@h/db"
		if strings.Count(address, secret) == 1 {
			require.NotContains(t, MaskURL(address), secret)
		}
	})
}
