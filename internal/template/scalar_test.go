package template

import (
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"
)

func TestScalars(t *testing.T) {
	tests := map[string][]struct{ scalar, want string }{
		"booleans": {
			{"true", "true"}, {"True", "true"}, {"TRUE", "true"}, {"yes", "true"}, {"Yes", "true"}, {"YES", "true"},
			{"on", "true"}, {"On", "true"}, {"ON", "true"},
			{"false", "false"}, {"False", "false"}, {"FALSE", "false"}, {"no", "false"}, {"No", "false"}, {"NO", "false"},
			{"off", "false"}, {"Off", "false"}, {"OFF", "false"},
		},
		"no_booleans": {
			{"y", `"y"`}, {"n", `"n"`}, {"Y", `"Y"`}, {"N", `"N"`}, {"tRUE", `"tRUE"`}, {"yES", `"yES"`}, {"oN", `"oN"`},
		},
		"no_null": {{"nULL", `"nULL"`}, {"nil", `"nil"`}, {"~~", `"~~"`}},
		"numbers_keep_their_spelling": {
			{"0", "0"}, {"-0", "-0"}, {"-12", "-12"}, {"0.10", "0.10"}, {"1.50", "1.50"}, {"-0.0", "-0.0"},
			{"12345678901234567890", "12345678901234567890"}, {"3.141592653589793238462643", "3.141592653589793238462643"},
			{"1.5e+3", "1.5e+3"}, {"1.5E-30", "1.5E-30"}, {"1.0e+999", "1.0e+999"}, {"1e3", "1e3"}, {"1E3", "1E3"}, {"-2e-3", "-2e-3"},
		},
		"times": {
			{"2012-10-17", `"2012-10-17"`}, {"2001-12-14t21:59:43.10-05:00", `"2001-12-14t21:59:43.10-05:00"`},
			{"2001-12-15 2:59:43", `"2001-12-15 2:59:43"`}, {"01:30", `"01:30"`}, {"00:11:22:33:44:55", `"00:11:22:33:44:55"`}, {"1:60", `"1:60"`},
		},
		"text_that_begins_like_a_number": {
			{"1.2.3", `"1.2.3"`}, {"10.0.0.0/16", `"10.0.0.0/16"`}, {"0b", `"0b"`}, {"0b2", `"0b2"`}, {"0xG", `"0xG"`}, {"0B1", `"0B1"`}, {"0X1", `"0X1"`},
			{"1,000", `"1,000"`}, {"_1", `"_1"`}, {"+", `"+"`}, {".", `"."`}, {"..5", `"..5"`}, {".Inf.", `".Inf."`}, {"inf", `"inf"`},
			{".iNF", `".iNF"`}, {"-.nan", `"-.nan"`}, {"--1", `"--1"`}, {"12 ", "12"}, {"1 2", `"1 2"`}, {"=", `"="`}, {"٣", `"٣"`},
		},
		"quoted": {
			{`"true"`, `"true"`}, {"'12'", `"12"`}, {"'010'", `"010"`}, {`""`, `""`}, {"''", `""`}, {"'~'", `"~"`}, {"'<<'", `"<<"`}, {"'it''s'", `"it's"`},
			{`"\x41\u00e9\t\"\\"`, `"Aé\t\"\\"`}, {`"\0\e\x7f"`, `"\u0000\u001b` + "\x7f" + `"`}, {`"\U0001F600"`, `"😀"`},
			{`"<&>\L\P"`, `"<&>` + "\u2028\u2029" + `"`}, {"'a\n\n  b\n  c'", `"a\nb c"`},
		},
		"blocks_that_begin_with_a_tab": {
			{"|\n  \ta\n   b\n", `"\ta\n b\n"`}, {"|-\n\n \t\n  x\n", `"\n\t\n x"`}, {"| # why\n  \t\ta\n", `"\t\ta\n"`}, {"|2-\n  \ta\n", `"\ta"`},
			{"!Sub |\n  \ta\n", "{\n    \"Fn::Sub\": \"\\ta\\n\"\n  }"},
			{"|\n  a |\n  \tb\n", `"a |\n\tb\n"`},
		},
		"blocks": {
			{"|\n  1\n  2\n", `"1\n2\n"`}, {"|-\n  true\n", `"true"`}, {"|+\n  a\n\n", `"a\n\n"`}, {">\n  a\n  b\n\n  c\n", `"a b\nc\n"`}, {">-\n  010\n", `"010"`}, {"|2\n    a\n", `"  a\n"`},
		},
		"plain_over_several_lines": {{"a\n  b", `"a b"`}, {"1\n  2", `"1 2"`}},
		"tags_of_YAML": {{"!!str 123", `"123"`}, {"!!str yes", `"yes"`}, {"!!str", `""`}, {"!!str 'a'", `"a"`}, {"!!map {}", "{}"}, {"!!seq []", "[]"}, {"!<tag:yaml.org,2002:str> 010", `"010"`},
			{"!!int 12", "12"}, {"!!int '12'", "12"}, {"!!float 1", "1"}, {"!!bool yes", "true"}, {"!!null ''", "null"}, {"! 12", `"12"`}, {"! []", "[]"}},
		"anchors_without_an_alias": {{"&a 1", "1"}, {"&a [&b yes]", "[\n    true\n  ]"}, {"&a", "null"}},
	}
	for name, cases := range tests {
		t.Run(name, func(t *testing.T) {
			for _, test := range cases {
				got := string(read(t, "Key: "+test.scalar).JSON())
				want := "{\n  \"Key\": " + test.want + "\n}\n"
				if diff := cmp.Diff(got, want); diff != "" {
					t.Errorf("%q (-got +want):\n%s", test.scalar, diff)
				}
			}
		})
	}
}

// A number that JSON cannot spell is a string, as it is spelled, and its line is known.
func TestStringNumbers(t *testing.T) {
	for _, spelling := range []string{
		"010", "00", "-07", "+01", "0_7", "0777", "012345671234", "0o17", "-0o7", "0b101", "-0b1", "0b1_0", "0x1F",
		"0xdead_beef", "+0x0", "12:30:45", "1:30", "190:20:30.15", "-1:00", "22:22", "1_0:5", "0:1.", ".inf", "-.Inf",
		"+.INF", ".nan", ".NaN", ".NAN", "089", "012345678901", "000123456789", "-08", ".5e3", "5.e3", "1_0e3", "+12", "+0",
		"1_000", "1_", "-1_0", ".5", "-.5", "+.5", "5.", "0.", "-5.", "+1.5", "1_0.5", "1.5_0", "00.5", "089.5", ".5e+3",
		"5.e-1", "1._5",
	} {
		document := read(t, "A: 1\nB: [x,\n "+spelling+"]\n")
		want := "{\n  \"A\": 1,\n  \"B\": [\n    \"x\",\n    \"" + spelling + "\"\n  ]\n}\n"
		if diff := cmp.Diff(want, string(document.JSON())); diff != "" {
			t.Errorf("%s (-want +got):\n%s", spelling, diff)
		}
		if diff := cmp.Diff([]int{3}, document.StringNumbers()); diff != "" {
			t.Errorf("%s: lines (-want +got):\n%s", spelling, diff)
		}
	}
	for _, other := range []string{"2012-10-17", "1.2.3", "10.0.0.0/16", "1e3", "'010'", "!!str 010", "!Sub 010", "x", "=", "+"} {
		if lines := read(t, "A: "+other+"\n").StringNumbers(); lines != nil {
			t.Errorf("%s: got lines %d", other, lines)
		}
	}
}

// A tab may follow a line that ends with | in other strings than literal blocks.
func TestTabAfterBar(t *testing.T) {
	for name, test := range map[string]struct{ value, want string }{
		"plain":         {"x |\n  \ty |\n  \tz", `"x | y | z"`},
		"double_quoted": {"\"x |\n  \ty\"", `"x | y"`},
		"single_quoted": {"'x |\n\n  \ty'", `"x |\ny"`},
		"folded":        {">\n  x |\n  \ty\n", `"x |\n\ty\n"`},
		"blank_line":    {"x |\n  \t\n", `"x |"`},
	} {
		t.Run(name, func(t *testing.T) {
			got := string(read(t, "Key: "+test.value+"\n").JSON())
			if diff := cmp.Diff("{\n  \"Key\": "+test.want+"\n}\n", got); diff != "" {
				t.Errorf("JSON (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTagsRefused(t *testing.T) {
	tests := map[string]struct{ value, tag string }{
		"binary":          {"!!binary aGk=", "!!binary"},
		"timestamp":       {"!!timestamp 2020-01-01", "!!timestamp"},
		"integer_on_list": {"!!int []", "!!int"},
		"set":             {"!!set {a, b}", "!!set"},
		"ordered_map":     {"!!omap [a: 1]", "!!omap"},
		"pairs":           {"!!pairs [a: 1]", "!!pairs"},
		"unknown":         {"!Secret x", "!Secret"},
		"case":            {"!sub x", "!sub"},
		"no_short_form":   {"!ForEach [a]", "!ForEach"},
		"long_form":       {"!Fn::Sub x", "!Fn::Sub"},
		"text_on_mapping": {"!!str {}", "!!str"},
		"text_on_list":    {"!!str []", "!!str"},
		"mapping_on_text": {"!!map x", "!!map"},
		"list_on_mapping": {"!!seq {}", "!!seq"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			refused(t, "A:\n  B: "+test.value+"\n", `line 2: CloudFormation does not accept tag "`+test.tag+
				`" here; write a short form such as !Sub, or no tag`)
		})
	}
}

func TestKeysAreText(t *testing.T) {
	keys := []string{"on", "yes", "null", "~", "2012-10-17", "1.2.3", "=", "Fn::ForEach::Loop", "'<<'", `"a b"`, "'200'", `"1.5"`, "!!str 12", "200", "-1", "1.5e+3", "010", "!!int 7"}
	for _, key := range keys {
		name := strings.Trim(strings.TrimPrefix(strings.TrimPrefix(key, "!!str "), "!!int "), `'"`)
		want := "{\n  \"" + name + "\": 1\n}\n"
		if diff := cmp.Diff(string(read(t, key+": 1\n").JSON()), want); diff != "" {
			t.Errorf("key %s (-got +want):\n%s", key, diff)
		}
	}
}

func TestText(t *testing.T) {
	for name, text := range map[string]string{"two bytes": "é", "three": "中", "four": "😀", "next line": "a\\Nb", "private": "\uE000"} {
		t.Run(name, func(t *testing.T) {
			document := read(t, `A: "`+text+`"`)
			want := strings.ReplaceAll(text, `\N`, "\u0085")
			quoted, err := jsontext.AppendQuote(nil, want)
			if err != nil {
				t.Fatal(err)
			}
			if got := string(document.JSON()); got != "{\n  \"A\": "+string(quoted)+"\n}\n" {
				t.Errorf("got %q, want the text %q", got, quoted)
			}
		})
	}
}
