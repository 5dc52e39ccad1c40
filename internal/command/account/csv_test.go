package account

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadAccounts(t *testing.T) {
	want := []row{{2, "012345678901", "prod"}, {3, "210987654321", "dev"}}
	for name, text := range map[string]string{
		"commas":              "account,environment\n012345678901,prod\n210987654321,dev\n",
		"without_a_last_end":  "account,environment\n012345678901,prod\n210987654321,dev",
		"semicolons":          "account;environment\n012345678901;prod\n210987654321;dev\n",
		"tabs":                "account\tnote\tenvironment\n012345678901\t\tprod\n210987654321\t\tdev\n",
		"carriage_returns":    "account,environment\r\n012345678901,prod\r\n210987654321,dev\r\n",
		"byte_order_mark":     "\ufeffaccount,environment\n012345678901,prod\n210987654321,dev\n",
		"quotes_and_spaces":   "\"Account\", \"ENVIRONMENT\"\n \"012345678901\", prod \n210987654321,\"dev\"\n",
		"other_order_columns": "note,Environment,Account\n\"a, b\",prod,012345678901\n,dev,210987654321,more\n",
		"empty_lines":         "account,environment\n012345678901,prod\n210987654321,dev\n\n,\n",
	} {
		t.Run(name, func(t *testing.T) {
			got, err := readRows([]byte(text))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got, cmp.AllowUnexported(row{})); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadAccounts_refused(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"utf-16":          {"\xff\xfea\x00c\x00", "it is not UTF-8; save it as CSV UTF-8"},
		"other_bytes":     {"account,environment\n1,caf\xe9\n", "it is not UTF-8; save it as CSV UTF-8"},
		"empty":           {"", "its first line does not name the column account"},
		"byte_order_mark": {"\ufeff", "its first line does not name the column account"},
		"without_header":  {"012345678901,prod\n", "its first line does not name the column account"},
		"column_twice":    {"account,environment,Environment\n", "its first line names the column environment more than once"},
		"quote":           {"account,environment\n1,\"dev\n", `parse error on line 2, column 8: extraneous or missing " in quoted-field`},
	} {
		t.Run(name, func(t *testing.T) {
			rows, err := readRows([]byte(test.text))
			if err == nil || err.Error() != test.want || rows != nil {
				t.Errorf("got %v, %v\nwant %s", rows, err, test.want)
			}
		})
	}
}
