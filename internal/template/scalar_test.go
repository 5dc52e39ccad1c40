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
		"no booleans": {
			{"y", `"y"`}, {"n", `"n"`}, {"Y", `"Y"`}, {"N", `"N"`}, {"tRUE", `"tRUE"`}, {"yES", `"yES"`}, {"oN", `"oN"`},
		},
		"null":    {{"~", "null"}, {"null", "null"}, {"Null", "null"}, {"NULL", "null"}, {"", "null"}, {"# nothing", "null"}},
		"no null": {{"nULL", `"nULL"`}, {"nil", `"nil"`}, {"~~", `"~~"`}},
		"numbers keep their spelling": {
			{"0", "0"}, {"-0", "-0"}, {"-12", "-12"}, {"0.10", "0.10"}, {"1.50", "1.50"}, {"-0.0", "-0.0"},
			{"12345678901234567890", "12345678901234567890"}, {"3.141592653589793238462643", "3.141592653589793238462643"},
			{"1.5e+3", "1.5e+3"}, {"1.5E-30", "1.5E-30"}, {"1.0e+999", "1.0e+999"},
		},
		"numbers of YAML 1.2 alone": {
			{"1e3", `"1e3"`}, {"1E3", `"1E3"`}, {"1e+3", `"1e+3"`}, {"1.5e3", `"1.5e3"`}, {"-2e-3", `"-2e-3"`}, {".5e3", `".5e3"`}, {"0o17", `"0o17"`},
		},
		"leading zeros that are not octal": {{"089", `"089"`}, {"000123456789", `"000123456789"`}, {"0_9", `"0_9"`}, {"-08", `"-08"`}},
		"times": {
			{"2012-10-17", `"2012-10-17"`}, {"2001-12-14t21:59:43.10-05:00", `"2001-12-14t21:59:43.10-05:00"`},
			{"2001-12-15 2:59:43", `"2001-12-15 2:59:43"`}, {"01:30", `"01:30"`}, {"00:11:22:33:44:55", `"00:11:22:33:44:55"`}, {"1:60", `"1:60"`},
		},
		"text that begins like a number": {
			{"1.2.3", `"1.2.3"`}, {"10.0.0.0/16", `"10.0.0.0/16"`}, {"0b", `"0b"`}, {"0b2", `"0b2"`}, {"0xG", `"0xG"`}, {"0B1", `"0B1"`}, {"0X1", `"0X1"`},
			{"1,000", `"1,000"`}, {"_1", `"_1"`}, {"+", `"+"`}, {".", `"."`}, {"..5", `"..5"`}, {".Inf.", `".Inf."`}, {"inf", `"inf"`},
			{".iNF", `".iNF"`}, {"-.nan", `"-.nan"`}, {"--1", `"--1"`}, {"12 ", "12"}, {"1 2", `"1 2"`}, {"=", `"="`}, {"٣", `"٣"`},
		},
		"quoted": {
			{`"true"`, `"true"`}, {"'12'", `"12"`}, {"'010'", `"010"`}, {`""`, `""`}, {"''", `""`}, {"'~'", `"~"`}, {"'<<'", `"<<"`}, {"'it''s'", `"it's"`},
			{`"\x41\u00e9\t\"\\"`, `"Aé\t\"\\"`}, {`"\0\e\x7f"`, `"\u0000\u001b` + "\x7f" + `"`}, {`"\U0001F600"`, `"😀"`},
			{`"<&>\L\P"`, `"<&>` + "\u2028\u2029" + `"`}, {"'a\n\n  b\n  c'", `"a\nb c"`},
		},
		"blocks": {
			{"|\n  1\n  2\n", `"1\n2\n"`}, {"|-\n  true\n", `"true"`}, {"|+\n  a\n\n", `"a\n\n"`}, {">\n  a\n  b\n\n  c\n", `"a b\nc\n"`}, {">-\n  010\n", `"010"`}, {"|2\n    a\n", `"  a\n"`},
		},
		"plain, over several lines": {{"a\n  b", `"a b"`}, {"1\n  2", `"1 2"`}},
		"tags of YAML":              {{"!!str 123", `"123"`}, {"!!str yes", `"yes"`}, {"!!str", `""`}, {"!!str 'a'", `"a"`}, {"!!map {}", "{}"}, {"!!seq []", "[]"}, {"!<tag:yaml.org,2002:str> 010", `"010"`}},
		"anchors without an alias":  {{"&a 1", "1"}, {"&a [&b yes]", "[\n    true\n  ]"}, {"&a", "null"}},
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

func TestScalarsRefused(t *testing.T) {
	tests := map[string]struct {
		name    string
		scalars []string
	}{
		"octal":       {"an octal number", []string{"010", "00", "-07", "+01", "0_7", "0777", "012345671234"}},
		"binary":      {"a binary number", []string{"0b101", "-0b1", "0b1_0"}},
		"hexadecimal": {"a hexadecimal number", []string{"0x1F", "0xdead_beef", "+0x0"}},
		"base 60":     {"a number in base 60", []string{"12:30:45", "1:30", "190:20:30.15", "-1:00", "22:22", "1_0:5", "0:1."}},
		"infinity":    {"infinity", []string{".inf", "-.Inf", "+.INF"}},
		"no number":   {"the value not-a-number", []string{".nan", ".NaN", ".NAN"}},
		"spelling": {"a number that JSON spells differently", []string{
			"+12", "+0", "1_000", "1_", "-1_0", ".5", "-.5", "+.5", "5.", "0.", "-5.", "+1.5", "1_0.5", "1.5_0", "00.5", "089.5", ".5e+3", "5.e-1", "1._5",
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			for _, scalar := range test.scalars {
				refused(t, "A: 1\nB: [x,\n "+scalar+"]\n", "line 3: "+scalar+" is "+test.name+
					" in YAML 1.1; put it in quotes if it is text, else write it as a plain decimal number")
			}
		})
	}
}

func TestTagsRefused(t *testing.T) {
	tests := map[string]struct{ value, tag string }{
		"binary":          {"!!binary aGk=", "!!binary"},
		"timestamp":       {"!!timestamp 2020-01-01", "!!timestamp"},
		"set":             {"!!set {a, b}", "!!set"},
		"ordered map":     {"!!omap [a: 1]", "!!omap"},
		"pairs":           {"!!pairs [a: 1]", "!!pairs"},
		"integer":         {"!!int 12", "!!int"},
		"float":           {"!!float 1", "!!float"},
		"boolean":         {"!!bool yes", "!!bool"},
		"null":            {"!!null ''", "!!null"},
		"unknown":         {"!Secret x", "!Secret"},
		"case":            {"!sub x", "!sub"},
		"no short form":   {"!ForEach [a]", "!ForEach"},
		"long form":       {"!Fn::Sub x", "!Fn::Sub"},
		"text on mapping": {"!!str {}", "!!str"},
		"text on list":    {"!!str []", "!!str"},
		"mapping on text": {"!!map x", "!!map"},
		"list on mapping": {"!!seq {}", "!!seq"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			refused(t, "A:\n  B: "+test.value+"\n", `line 2: tag "`+test.tag+
				`" cannot be used here; write a short form that CloudFormation knows, such as !Sub, or the value without a tag`)
		})
	}
}

func TestKeysAreText(t *testing.T) {
	keys := []string{"200", "on", "yes", "null", "~", "010", "0x1F", "1e3", "2012-10-17", "12:30", ".inf", "=", "Fn::ForEach::Loop", "'<<'", `"a b"`, "!!str 12"}
	for _, key := range keys {
		name := strings.Trim(strings.TrimPrefix(key, "!!str "), `'"`)
		want := "{\n  \"" + name + "\": 1\n}\n"
		if diff := cmp.Diff(string(read(t, key+": 1\n").JSON()), want); diff != "" {
			t.Errorf("key %s (-got +want):\n%s", key, diff)
		}
	}
	refused(t, "on: 1\n'on': 2\n", `line 2: key "on" appears twice, first on line 1; keep one of them`)
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
