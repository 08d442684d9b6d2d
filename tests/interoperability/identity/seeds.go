package main

// The documents that are changed. All deploy at least one image.
var seeds = []string{
	"apiVersion: v1\nkind: Pod\nmetadata:\n  name: e\nspec:\n  containers:\n  - name: a\n    image: evil.example/x:1\n",
	"apiVersion: v1\nkind: Pod\nmetadata: {name: e}\nspec: {containers: [{name: a, image: \"evil.example/x:1\"}]}\n",
	"{apiVersion: v1, kind: Pod, metadata: {name: e}, spec: {containers: [{name: a, image: 'evil.example/x:1'}]}}\n",
	"{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"e\"},\"spec\":{\"containers\":[{\"name\":\"a\",\"image\":\"evil.example/x:1\"}]}}\n",
	"? apiVersion\n: v1\n? kind\n: Pod\n? metadata\n: {name: e}\n? spec\n: containers:\n  - ? name\n    : a\n    ? image\n    : evil.example/x:1\n",
	"\"apiVersion\": \"v1\"\n\"kind\": \"Pod\"\n\"metadata\": {\"name\": \"e\"}\n\"spec\":\n  \"containers\":\n  - \"name\": \"a\"\n    \"image\": \"evil.example/x:1\"\n",
	"? \"apiVersion\"\n: \"v1\"\n? \"kind\"\n: \"Pod\"\n? 'metadata'\n: {'name': 'e'}\n? \"spec\"\n: {? \"containers\" : [{? \"name\" : \"a\", ? \"image\" : \"evil.example/x:1\"}]}\n",
	"a: &b {name: a, image: evil.example/x:1}\napiVersion: v1\nkind: Pod\nmetadata: &m\n  name: e\nspec:\n  containers:\n  - <<: *b\n",
	"x: &k kind\ny: &i image\napiVersion: v1\n*k : Pod\nmetadata: {name: e}\nspec:\n  containers: [{name: a, *i : evil.example/x:1}]\n",
	"---\n# {{ x }}\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: e\n  annotations: {a: \"{{ x }}\", b: '{% x %}'}\nspec:\n  template:\n    spec:\n      containers:\n        - name: a\n          image: >-\n            evil.example/x:1\n          args: [\"{{ x }}\", '<% x %>'] # {{ y }}\n",
	"apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: e}\n  spec:\n    containers:\n    - {name: a, image: evil.example/x:1}\n",
	"apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: e}\nspec:\n  jobTemplate:\n    spec:\n      template:\n        spec:\n          containers:\n          - image: evil.example/x:1\n            name: a\n",
	"a: b\n---\nkind: Pod\nmetadata: {name: e}\nspec: {containers: [{image: evil.example/x:1, name: a}]}\n--- # {{ x }}\napiVersion: v1\nkind: ConfigMap\n",
	"!!map\napiVersion: !!str v1\nkind: ! Pod\nmetadata: !x {name: e}\nspec: !!map\n  containers: !!seq\n  - name: !!str a\n    image: !!str evil.example/x:1\n",
	"? !!binary a2luZA==\n: !!binary UG9k\napiVersion: v1\nmetadata: {name: e}\nspec: {containers: [{name: a, !!binary aW1hZ2U= : evil.example/x:1}]}\n",
	"apiVersion: v1\nkind: |-\n  Pod\nmetadata:\n  name: >-\n    e\nspec:\n  initContainers:\n  - name: a\n    image: |-\n      evil.example/x:1\n  containers: []\n",
	"apiVersion: v1\ndata: |\n  {{ x }}\n  image: no\nkind: Pod\nmetadata: {name: e}\nspec:\n  containers:\n    -\n      name: a\n      image:\n        evil.example/x:1\n",
	"\ufeff\ufeff\ufeff\n#apiVersion: v1\n#kind: Pod\n#metadata: {name: e}\n#spec: {containers: [{name: a, image: evil.example/x:1}]}\n",
	"a: b\n---\n\ufeff\ufeff\n#apiVersion: v1\n#kind: Pod\n#metadata: {name: e}\n#spec:\n#  containers:\n#  - name: a\n#    image: evil.example/x:1\n",
	"apiVersion: v1\nkind: Pod\nmetadata: {name: e, labels: {a: \"\xff\"}}\nspec:\n  containers: [{name: a, image: evil.example/x:1}]\n",
}

// Words that say what a document is, and where its images are.
var words = []string{"apiVersion", "kind", "metadata", "name", "spec", "containers", "image", "Pod", "v1", "evil.example/x:1", "items", "template"}

// Line breaks of YAML 1.1.
var breaks = []string{"\n", "\r", "\r\n", "\u0085", "\u2028", "\u2029"}

// What is put in.
var fragments = []string{
	"\n", "\r", "\r\n", "\u0085", "\u2028", "\u2029", "\ufeff", " ", "  ", "\t", "\u00a0", "\u3000", "\v", "\f",
	"\\\n", "\\\r", "\\\r\n", "\\\u0085", "\\\u2028", "\\\u2029", "\\\n  ", "\\\u2028  ", "\\ ", "\\\t", "\\/", "\\'", "\\x20", "\\u2028", "\\L", "\\P", "\\N", "\\_", "\\e", "\\0",
	"?", "? ", "?#", "?# {{ x }}\n", "? # {{ x }}\n", ":", ": ", ":#", " :", "- ", "-", "-#", ",", ", ", "#", " #", " # {{ x }}\n", "# {{ x }}\n", "#{{ x }}\n", ",# {{ x }}\n", "[# {{ x }}\n",
	"!", "! ", "!,", "!!str ", "!!str,", "!!binary ", "!!map ", "!!seq ", "!!null ", "!!int ", "!x ", "!x,y ", "!<x> ", "!<tag:yaml.org,2002:str> ", "!<tag:yaml.org,2002:binary> ", "!!s%74r ", "!!bin%61ry ", "!e!binary ", "!!merge ",
	"&a ", "&a", "&a:", "&a?", "&a,", "&a:b ", "*a", "*a ", "*a:", "*b", "<<: *b\n", "<<: {}\n", "<<: ", "<< : ", "\"<<\": ",
	"%YAML 1.1\n---\n", "%YAML 1.2\n---\n", "%TAG ! tag:yaml.org,2002:\n---\n", "%TAG !e! tag:yaml.org,2002:\r---\r", "%x\n", "---\n", "--- \n", "---#\n", "--- # {{ x }}\n", "\n---\n", "\r---\r", "\u2028---\u2028", "...\n", "\n...\n", "...\r", "---", "...",
	"{{ x }}", "{{ x }}\n", "\n{{ x }}\n", "{{- x }}", "{% x %}", "{%- x %}\n", "<% x %>", "<%= x %>", "${x}", "[[ x ]]", "@x@", "%x%", "__X__", "\"{{ x }}\"", "'{{ x }}'", "a: {{ x }}\n", "a: \"{{ x }}\"\n", "{{/* x */}}", "# {% x %}\n",
	"{", "}", "[", "]", "{}", "[]", "\"", "'", "''", "|", ">", "|\n", ">-\n", "|2\n", "|# {{ x }}\n", "> # {{ x }}\n", "@", "`", "~", "null", "\\", "\"\"",
	"\xff", "\xc3", "\xe2\x80", "\x00", "\x1a", "\x7f", "\ufffd", "\u0080", "\ufffe",
	"a: b\n", "kind: x\n", "apiVersion: x\n", "image: x\n", "{a: b}\n", "{\"a\": 1}\n", "a", "x: [a, b]\n", "- a\n",
}
