# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_imagegate_global_optspecs
    string join \n log= h/help V/version
end

function __fish_imagegate_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_imagegate_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_imagegate_using_subcommand
    set -l cmd (__fish_imagegate_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c imagegate -n "__fish_imagegate_needs_command" -l log -d 'Say on standard error what is being done, down to this level' -r -f -a "off\t'Nothing'
error\t'What went wrong and is not in the report'
warn\t'What a person should know, such as a cache that is not used'
info\t'What is done'
debug\t'Each request'
trace\t'Everything'"
complete -c imagegate -n "__fish_imagegate_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c imagegate -n "__fish_imagegate_needs_command" -s V -l version -d 'Print version'
complete -c imagegate -n "__fish_imagegate_needs_command" -f -a "check" -d 'Check the images of manifests against the policy'
complete -c imagegate -n "__fish_imagegate_needs_command" -f -a "images" -d 'List the images of manifests: where they stand, what uses them, their full names'
complete -c imagegate -n "__fish_imagegate_needs_command" -f -a "inspect" -d 'Show everything that is stored for an image: digest, platforms, signatures and who made them'
complete -c imagegate -n "__fish_imagegate_needs_command" -f -a "explain" -d 'Show the documentation of a rule; without a rule, list all of them'
complete -c imagegate -n "__fish_imagegate_needs_command" -f -a "init" -d 'Write a first imagegate.yaml from what the manifests use today'
complete -c imagegate -n "__fish_imagegate_needs_command" -f -a "policy" -d 'Check a policy file, or print the schema of policy files'
complete -c imagegate -n "__fish_imagegate_needs_command" -f -a "cache" -d 'Show where evidence of earlier runs is kept, or remove it'
complete -c imagegate -n "__fish_imagegate_needs_command" -f -a "completions" -d 'Print the completion script of a shell'
complete -c imagegate -n "__fish_imagegate_needs_command" -f -a "man" -d 'Print the manual page (roff)'
complete -c imagegate -n "__fish_imagegate_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c imagegate -n "__fish_imagegate_using_subcommand check" -l policy -d 'Use this policy file instead of the imagegate.yaml found upward from here' -r -F
complete -c imagegate -n "__fish_imagegate_using_subcommand check" -l exclude -d 'Leave out the files that match, relative to the current folder; repeatable' -r
complete -c imagegate -n "__fish_imagegate_using_subcommand check" -l jobs -d 'Read with this many threads [default: the number of processors]' -r
complete -c imagegate -n "__fish_imagegate_using_subcommand check" -l timeout -d 'Wait this long for registries, all together; what is open then is "could not check"' -r
complete -c imagegate -n "__fish_imagegate_using_subcommand check" -l tag-ttl -d 'Take the digest of a tag from the cache when it is not older than this' -r
complete -c imagegate -n "__fish_imagegate_using_subcommand check" -s n -l namespace -d 'The namespace of objects that name none' -r
complete -c imagegate -n "__fish_imagegate_using_subcommand check" -s f -l format -d 'Write the report in this format, to FILE or standard output; repeatable' -r -f -a "text\t'For a person: snippets, sentences, a summary'
concise\t'One line a finding: path:line:col: rule: message'
json\t'A versioned object with everything that is known'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Annotations of a GitHub workflow'"
complete -c imagegate -n "__fish_imagegate_using_subcommand check" -l fail-on -d 'Which findings make the exit code 1' -r -f -a "violation\t'Violations of enforced rules'
warning\t'Violations of audit rules too'"
complete -c imagegate -n "__fish_imagegate_using_subcommand check" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c imagegate -n "__fish_imagegate_using_subcommand check" -l log -d 'Say on standard error what is being done, down to this level' -r -f -a "off\t'Nothing'
error\t'What went wrong and is not in the report'
warn\t'What a person should know, such as a cache that is not used'
info\t'What is done'
debug\t'Each request'
trace\t'Everything'"
complete -c imagegate -n "__fish_imagegate_using_subcommand check" -l respect-gitignore -d 'Leave out what git ignores and does not track; such files are counted'
complete -c imagegate -n "__fish_imagegate_using_subcommand check" -l render -d 'Render charts with the helm, and kustomizations with the kustomize, that is found on PATH'
complete -c imagegate -n "__fish_imagegate_using_subcommand check" -l no-sources -d 'Judge plain manifests alone: kustomizations, values of charts and what Flux and Argo CD apply are counted'
complete -c imagegate -n "__fish_imagegate_using_subcommand check" -l show-not-judged -d 'List every place that was not judged, or passed with a reservation, with its reason'
complete -c imagegate -n "__fish_imagegate_using_subcommand check" -l allow-empty -d 'Accept that no manifest is found: exit code 0 instead of 4'
complete -c imagegate -n "__fish_imagegate_using_subcommand check" -l offline -d 'Use no network: layouts and the cache answer, everything else is "could not check"'
complete -c imagegate -n "__fish_imagegate_using_subcommand check" -l no-cache -d 'Neither read nor write the cache of evidence'
complete -c imagegate -n "__fish_imagegate_using_subcommand check" -l no-progress -d 'Show no progress while registries are asked'
complete -c imagegate -n "__fish_imagegate_using_subcommand check" -l all-evidence -d 'Ask about images too that a rule already refuses by their registry or tag'
complete -c imagegate -n "__fish_imagegate_using_subcommand check" -l strict -d 'Exit with 3 when something was not judged, or passed with a reservation'
complete -c imagegate -n "__fish_imagegate_using_subcommand check" -l exit-zero -d 'Exit with 0 in spite of findings; wrong usage (2) and no manifest (4) stay'
complete -c imagegate -n "__fish_imagegate_using_subcommand check" -l show-suppressed -d 'Show suppressed findings in text and SARIF too'
complete -c imagegate -n "__fish_imagegate_using_subcommand check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c imagegate -n "__fish_imagegate_using_subcommand check" -s V -l version -d 'Print version'
complete -c imagegate -n "__fish_imagegate_using_subcommand images" -l policy -d 'Use this policy file instead of the imagegate.yaml found upward from here' -r -F
complete -c imagegate -n "__fish_imagegate_using_subcommand images" -l exclude -d 'Leave out the files that match, relative to the current folder; repeatable' -r
complete -c imagegate -n "__fish_imagegate_using_subcommand images" -l jobs -d 'Read with this many threads [default: the number of processors]' -r
complete -c imagegate -n "__fish_imagegate_using_subcommand images" -l why -d 'Show only the places of this image; without a tag, of every tag of it' -r
complete -c imagegate -n "__fish_imagegate_using_subcommand images" -s f -l format -d 'Write the list in this format' -r -f -a "text\t'One line an image'
json\t'A versioned JSON object'"
complete -c imagegate -n "__fish_imagegate_using_subcommand images" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c imagegate -n "__fish_imagegate_using_subcommand images" -l log -d 'Say on standard error what is being done, down to this level' -r -f -a "off\t'Nothing'
error\t'What went wrong and is not in the report'
warn\t'What a person should know, such as a cache that is not used'
info\t'What is done'
debug\t'Each request'
trace\t'Everything'"
complete -c imagegate -n "__fish_imagegate_using_subcommand images" -l respect-gitignore -d 'Leave out what git ignores and does not track; such files are counted'
complete -c imagegate -n "__fish_imagegate_using_subcommand images" -l render -d 'Render charts with the helm, and kustomizations with the kustomize, that is found on PATH'
complete -c imagegate -n "__fish_imagegate_using_subcommand images" -l no-sources -d 'Judge plain manifests alone: kustomizations, values of charts and what Flux and Argo CD apply are counted'
complete -c imagegate -n "__fish_imagegate_using_subcommand images" -l show-not-judged -d 'List every place that was not judged, or passed with a reservation, with its reason'
complete -c imagegate -n "__fish_imagegate_using_subcommand images" -l allow-empty -d 'Accept that no manifest is found: exit code 0 instead of 4'
complete -c imagegate -n "__fish_imagegate_using_subcommand images" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c imagegate -n "__fish_imagegate_using_subcommand images" -s V -l version -d 'Print version'
complete -c imagegate -n "__fish_imagegate_using_subcommand inspect" -l policy -d 'Use this policy file instead of the imagegate.yaml found upward from here' -r -F
complete -c imagegate -n "__fish_imagegate_using_subcommand inspect" -s f -l format -d 'Write the result in this format' -r -f -a "text\t'For a person'
json\t'A versioned JSON object'"
complete -c imagegate -n "__fish_imagegate_using_subcommand inspect" -l timeout -d 'Wait this long for registries, all together; what is open then is "could not check"' -r
complete -c imagegate -n "__fish_imagegate_using_subcommand inspect" -l tag-ttl -d 'Take the digest of a tag from the cache when it is not older than this' -r
complete -c imagegate -n "__fish_imagegate_using_subcommand inspect" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c imagegate -n "__fish_imagegate_using_subcommand inspect" -l log -d 'Say on standard error what is being done, down to this level' -r -f -a "off\t'Nothing'
error\t'What went wrong and is not in the report'
warn\t'What a person should know, such as a cache that is not used'
info\t'What is done'
debug\t'Each request'
trace\t'Everything'"
complete -c imagegate -n "__fish_imagegate_using_subcommand inspect" -l offline -d 'Use no network: layouts and the cache answer, everything else is "could not check"'
complete -c imagegate -n "__fish_imagegate_using_subcommand inspect" -l no-cache -d 'Neither read nor write the cache of evidence'
complete -c imagegate -n "__fish_imagegate_using_subcommand inspect" -l no-progress -d 'Show no progress while registries are asked'
complete -c imagegate -n "__fish_imagegate_using_subcommand inspect" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c imagegate -n "__fish_imagegate_using_subcommand inspect" -s V -l version -d 'Print version'
complete -c imagegate -n "__fish_imagegate_using_subcommand explain" -l log -d 'Say on standard error what is being done, down to this level' -r -f -a "off\t'Nothing'
error\t'What went wrong and is not in the report'
warn\t'What a person should know, such as a cache that is not used'
info\t'What is done'
debug\t'Each request'
trace\t'Everything'"
complete -c imagegate -n "__fish_imagegate_using_subcommand explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c imagegate -n "__fish_imagegate_using_subcommand explain" -s V -l version -d 'Print version'
complete -c imagegate -n "__fish_imagegate_using_subcommand init" -l log -d 'Say on standard error what is being done, down to this level' -r -f -a "off\t'Nothing'
error\t'What went wrong and is not in the report'
warn\t'What a person should know, such as a cache that is not used'
info\t'What is done'
debug\t'Each request'
trace\t'Everything'"
complete -c imagegate -n "__fish_imagegate_using_subcommand init" -l no-sources -d 'Judge plain manifests alone: kustomizations, values of charts and what Flux and Argo CD apply are counted'
complete -c imagegate -n "__fish_imagegate_using_subcommand init" -l force -d 'Replace an imagegate.yaml that exists'
complete -c imagegate -n "__fish_imagegate_using_subcommand init" -l allow-empty -d 'Write a policy although no manifest is found'
complete -c imagegate -n "__fish_imagegate_using_subcommand init" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c imagegate -n "__fish_imagegate_using_subcommand init" -s V -l version -d 'Print version'
complete -c imagegate -n "__fish_imagegate_using_subcommand policy; and not __fish_seen_subcommand_from check schema help" -l log -d 'Say on standard error what is being done, down to this level' -r -f -a "off\t'Nothing'
error\t'What went wrong and is not in the report'
warn\t'What a person should know, such as a cache that is not used'
info\t'What is done'
debug\t'Each request'
trace\t'Everything'"
complete -c imagegate -n "__fish_imagegate_using_subcommand policy; and not __fish_seen_subcommand_from check schema help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c imagegate -n "__fish_imagegate_using_subcommand policy; and not __fish_seen_subcommand_from check schema help" -s V -l version -d 'Print version'
complete -c imagegate -n "__fish_imagegate_using_subcommand policy; and not __fish_seen_subcommand_from check schema help" -f -a "check" -d 'Show what is wrong or useless in a policy file'
complete -c imagegate -n "__fish_imagegate_using_subcommand policy; and not __fish_seen_subcommand_from check schema help" -f -a "schema" -d 'Print the JSON Schema of policy files, for editors'
complete -c imagegate -n "__fish_imagegate_using_subcommand policy; and not __fish_seen_subcommand_from check schema help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c imagegate -n "__fish_imagegate_using_subcommand policy; and __fish_seen_subcommand_from check" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c imagegate -n "__fish_imagegate_using_subcommand policy; and __fish_seen_subcommand_from check" -l log -d 'Say on standard error what is being done, down to this level' -r -f -a "off\t'Nothing'
error\t'What went wrong and is not in the report'
warn\t'What a person should know, such as a cache that is not used'
info\t'What is done'
debug\t'Each request'
trace\t'Everything'"
complete -c imagegate -n "__fish_imagegate_using_subcommand policy; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c imagegate -n "__fish_imagegate_using_subcommand policy; and __fish_seen_subcommand_from check" -s V -l version -d 'Print version'
complete -c imagegate -n "__fish_imagegate_using_subcommand policy; and __fish_seen_subcommand_from schema" -l log -d 'Say on standard error what is being done, down to this level' -r -f -a "off\t'Nothing'
error\t'What went wrong and is not in the report'
warn\t'What a person should know, such as a cache that is not used'
info\t'What is done'
debug\t'Each request'
trace\t'Everything'"
complete -c imagegate -n "__fish_imagegate_using_subcommand policy; and __fish_seen_subcommand_from schema" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c imagegate -n "__fish_imagegate_using_subcommand policy; and __fish_seen_subcommand_from schema" -s V -l version -d 'Print version'
complete -c imagegate -n "__fish_imagegate_using_subcommand policy; and __fish_seen_subcommand_from help" -f -a "check" -d 'Show what is wrong or useless in a policy file'
complete -c imagegate -n "__fish_imagegate_using_subcommand policy; and __fish_seen_subcommand_from help" -f -a "schema" -d 'Print the JSON Schema of policy files, for editors'
complete -c imagegate -n "__fish_imagegate_using_subcommand policy; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c imagegate -n "__fish_imagegate_using_subcommand cache; and not __fish_seen_subcommand_from path clear help" -l log -d 'Say on standard error what is being done, down to this level' -r -f -a "off\t'Nothing'
error\t'What went wrong and is not in the report'
warn\t'What a person should know, such as a cache that is not used'
info\t'What is done'
debug\t'Each request'
trace\t'Everything'"
complete -c imagegate -n "__fish_imagegate_using_subcommand cache; and not __fish_seen_subcommand_from path clear help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c imagegate -n "__fish_imagegate_using_subcommand cache; and not __fish_seen_subcommand_from path clear help" -s V -l version -d 'Print version'
complete -c imagegate -n "__fish_imagegate_using_subcommand cache; and not __fish_seen_subcommand_from path clear help" -f -a "path" -d 'Print the folder of the cache'
complete -c imagegate -n "__fish_imagegate_using_subcommand cache; and not __fish_seen_subcommand_from path clear help" -f -a "clear" -d 'Remove everything from the cache, and nothing else from its folder'
complete -c imagegate -n "__fish_imagegate_using_subcommand cache; and not __fish_seen_subcommand_from path clear help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c imagegate -n "__fish_imagegate_using_subcommand cache; and __fish_seen_subcommand_from path" -l log -d 'Say on standard error what is being done, down to this level' -r -f -a "off\t'Nothing'
error\t'What went wrong and is not in the report'
warn\t'What a person should know, such as a cache that is not used'
info\t'What is done'
debug\t'Each request'
trace\t'Everything'"
complete -c imagegate -n "__fish_imagegate_using_subcommand cache; and __fish_seen_subcommand_from path" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c imagegate -n "__fish_imagegate_using_subcommand cache; and __fish_seen_subcommand_from path" -s V -l version -d 'Print version'
complete -c imagegate -n "__fish_imagegate_using_subcommand cache; and __fish_seen_subcommand_from clear" -l log -d 'Say on standard error what is being done, down to this level' -r -f -a "off\t'Nothing'
error\t'What went wrong and is not in the report'
warn\t'What a person should know, such as a cache that is not used'
info\t'What is done'
debug\t'Each request'
trace\t'Everything'"
complete -c imagegate -n "__fish_imagegate_using_subcommand cache; and __fish_seen_subcommand_from clear" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c imagegate -n "__fish_imagegate_using_subcommand cache; and __fish_seen_subcommand_from clear" -s V -l version -d 'Print version'
complete -c imagegate -n "__fish_imagegate_using_subcommand cache; and __fish_seen_subcommand_from help" -f -a "path" -d 'Print the folder of the cache'
complete -c imagegate -n "__fish_imagegate_using_subcommand cache; and __fish_seen_subcommand_from help" -f -a "clear" -d 'Remove everything from the cache, and nothing else from its folder'
complete -c imagegate -n "__fish_imagegate_using_subcommand cache; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c imagegate -n "__fish_imagegate_using_subcommand completions" -l log -d 'Say on standard error what is being done, down to this level' -r -f -a "off\t'Nothing'
error\t'What went wrong and is not in the report'
warn\t'What a person should know, such as a cache that is not used'
info\t'What is done'
debug\t'Each request'
trace\t'Everything'"
complete -c imagegate -n "__fish_imagegate_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c imagegate -n "__fish_imagegate_using_subcommand completions" -s V -l version -d 'Print version'
complete -c imagegate -n "__fish_imagegate_using_subcommand man" -l log -d 'Say on standard error what is being done, down to this level' -r -f -a "off\t'Nothing'
error\t'What went wrong and is not in the report'
warn\t'What a person should know, such as a cache that is not used'
info\t'What is done'
debug\t'Each request'
trace\t'Everything'"
complete -c imagegate -n "__fish_imagegate_using_subcommand man" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c imagegate -n "__fish_imagegate_using_subcommand man" -s V -l version -d 'Print version'
complete -c imagegate -n "__fish_imagegate_using_subcommand help; and not __fish_seen_subcommand_from check images inspect explain init policy cache completions man help" -f -a "check" -d 'Check the images of manifests against the policy'
complete -c imagegate -n "__fish_imagegate_using_subcommand help; and not __fish_seen_subcommand_from check images inspect explain init policy cache completions man help" -f -a "images" -d 'List the images of manifests: where they stand, what uses them, their full names'
complete -c imagegate -n "__fish_imagegate_using_subcommand help; and not __fish_seen_subcommand_from check images inspect explain init policy cache completions man help" -f -a "inspect" -d 'Show everything that is stored for an image: digest, platforms, signatures and who made them'
complete -c imagegate -n "__fish_imagegate_using_subcommand help; and not __fish_seen_subcommand_from check images inspect explain init policy cache completions man help" -f -a "explain" -d 'Show the documentation of a rule; without a rule, list all of them'
complete -c imagegate -n "__fish_imagegate_using_subcommand help; and not __fish_seen_subcommand_from check images inspect explain init policy cache completions man help" -f -a "init" -d 'Write a first imagegate.yaml from what the manifests use today'
complete -c imagegate -n "__fish_imagegate_using_subcommand help; and not __fish_seen_subcommand_from check images inspect explain init policy cache completions man help" -f -a "policy" -d 'Check a policy file, or print the schema of policy files'
complete -c imagegate -n "__fish_imagegate_using_subcommand help; and not __fish_seen_subcommand_from check images inspect explain init policy cache completions man help" -f -a "cache" -d 'Show where evidence of earlier runs is kept, or remove it'
complete -c imagegate -n "__fish_imagegate_using_subcommand help; and not __fish_seen_subcommand_from check images inspect explain init policy cache completions man help" -f -a "completions" -d 'Print the completion script of a shell'
complete -c imagegate -n "__fish_imagegate_using_subcommand help; and not __fish_seen_subcommand_from check images inspect explain init policy cache completions man help" -f -a "man" -d 'Print the manual page (roff)'
complete -c imagegate -n "__fish_imagegate_using_subcommand help; and not __fish_seen_subcommand_from check images inspect explain init policy cache completions man help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c imagegate -n "__fish_imagegate_using_subcommand help; and __fish_seen_subcommand_from policy" -f -a "check" -d 'Show what is wrong or useless in a policy file'
complete -c imagegate -n "__fish_imagegate_using_subcommand help; and __fish_seen_subcommand_from policy" -f -a "schema" -d 'Print the JSON Schema of policy files, for editors'
complete -c imagegate -n "__fish_imagegate_using_subcommand help; and __fish_seen_subcommand_from cache" -f -a "path" -d 'Print the folder of the cache'
complete -c imagegate -n "__fish_imagegate_using_subcommand help; and __fish_seen_subcommand_from cache" -f -a "clear" -d 'Remove everything from the cache, and nothing else from its folder'
