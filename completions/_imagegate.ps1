
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'imagegate' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'imagegate'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'imagegate' {
            [CompletionResult]::new('--log', '--log', [CompletionResultType]::ParameterName, 'Say on standard error what is being done, down to this level')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Check the images of manifests against the policy')
            [CompletionResult]::new('images', 'images', [CompletionResultType]::ParameterValue, 'List the images of manifests: where they stand, what uses them, their full names')
            [CompletionResult]::new('inspect', 'inspect', [CompletionResultType]::ParameterValue, 'Show everything that is stored for an image: digest, platforms, signatures and who made them')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Show the documentation of a rule; without a rule, list all of them')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Write a first imagegate.yaml from what the manifests use today')
            [CompletionResult]::new('policy', 'policy', [CompletionResultType]::ParameterValue, 'Check a policy file, or print the schema of policy files')
            [CompletionResult]::new('cache', 'cache', [CompletionResultType]::ParameterValue, 'Show where evidence of earlier runs is kept, or remove it')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completion script of a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print the manual page (roff)')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'imagegate;check' {
            [CompletionResult]::new('--policy', '--policy', [CompletionResultType]::ParameterName, 'Use this policy file instead of the imagegate.yaml found upward from here')
            [CompletionResult]::new('--exclude', '--exclude', [CompletionResultType]::ParameterName, 'Leave out the files that match, relative to the current folder; repeatable')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Read with this many threads [default: the number of processors]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Wait this long for registries, all together; what is open then is "could not check"')
            [CompletionResult]::new('--tag-ttl', '--tag-ttl', [CompletionResultType]::ParameterName, 'Take the digest of a tag from the cache when it is not older than this')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'The namespace of objects that name none')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'The namespace of objects that name none')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Write the report in this format, to FILE or standard output; repeatable')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Write the report in this format, to FILE or standard output; repeatable')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'Which findings make the exit code 1')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--log', '--log', [CompletionResultType]::ParameterName, 'Say on standard error what is being done, down to this level')
            [CompletionResult]::new('--respect-gitignore', '--respect-gitignore', [CompletionResultType]::ParameterName, 'Leave out what git ignores and does not track; such files are counted')
            [CompletionResult]::new('--render', '--render', [CompletionResultType]::ParameterName, 'Render charts with the helm, and kustomizations with the kustomize, that is found on PATH')
            [CompletionResult]::new('--no-sources', '--no-sources', [CompletionResultType]::ParameterName, 'Judge plain manifests alone: kustomizations, values of charts and what Flux and Argo CD apply are counted')
            [CompletionResult]::new('--show-not-judged', '--show-not-judged', [CompletionResultType]::ParameterName, 'List every place that was not judged, or passed with a reservation, with its reason')
            [CompletionResult]::new('--allow-empty', '--allow-empty', [CompletionResultType]::ParameterName, 'Accept that no manifest is found: exit code 0 instead of 4')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: layouts and the cache answer, everything else is "could not check"')
            [CompletionResult]::new('--no-cache', '--no-cache', [CompletionResultType]::ParameterName, 'Neither read nor write the cache of evidence')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Show no progress while registries are asked')
            [CompletionResult]::new('--all-evidence', '--all-evidence', [CompletionResultType]::ParameterName, 'Ask about images too that a rule already refuses by their registry or tag')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Exit with 3 when something was not judged, or passed with a reservation')
            [CompletionResult]::new('--exit-zero', '--exit-zero', [CompletionResultType]::ParameterName, 'Exit with 0 in spite of findings; wrong usage (2) and no manifest (4) stay')
            [CompletionResult]::new('--show-suppressed', '--show-suppressed', [CompletionResultType]::ParameterName, 'Show suppressed findings in text and SARIF too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'imagegate;images' {
            [CompletionResult]::new('--policy', '--policy', [CompletionResultType]::ParameterName, 'Use this policy file instead of the imagegate.yaml found upward from here')
            [CompletionResult]::new('--exclude', '--exclude', [CompletionResultType]::ParameterName, 'Leave out the files that match, relative to the current folder; repeatable')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Read with this many threads [default: the number of processors]')
            [CompletionResult]::new('--why', '--why', [CompletionResultType]::ParameterName, 'Show only the places of this image; without a tag, of every tag of it')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Write the list in this format')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Write the list in this format')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--log', '--log', [CompletionResultType]::ParameterName, 'Say on standard error what is being done, down to this level')
            [CompletionResult]::new('--respect-gitignore', '--respect-gitignore', [CompletionResultType]::ParameterName, 'Leave out what git ignores and does not track; such files are counted')
            [CompletionResult]::new('--render', '--render', [CompletionResultType]::ParameterName, 'Render charts with the helm, and kustomizations with the kustomize, that is found on PATH')
            [CompletionResult]::new('--no-sources', '--no-sources', [CompletionResultType]::ParameterName, 'Judge plain manifests alone: kustomizations, values of charts and what Flux and Argo CD apply are counted')
            [CompletionResult]::new('--show-not-judged', '--show-not-judged', [CompletionResultType]::ParameterName, 'List every place that was not judged, or passed with a reservation, with its reason')
            [CompletionResult]::new('--allow-empty', '--allow-empty', [CompletionResultType]::ParameterName, 'Accept that no manifest is found: exit code 0 instead of 4')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'imagegate;inspect' {
            [CompletionResult]::new('--policy', '--policy', [CompletionResultType]::ParameterName, 'Use this policy file instead of the imagegate.yaml found upward from here')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Write the result in this format')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Write the result in this format')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Wait this long for registries, all together; what is open then is "could not check"')
            [CompletionResult]::new('--tag-ttl', '--tag-ttl', [CompletionResultType]::ParameterName, 'Take the digest of a tag from the cache when it is not older than this')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--log', '--log', [CompletionResultType]::ParameterName, 'Say on standard error what is being done, down to this level')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: layouts and the cache answer, everything else is "could not check"')
            [CompletionResult]::new('--no-cache', '--no-cache', [CompletionResultType]::ParameterName, 'Neither read nor write the cache of evidence')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Show no progress while registries are asked')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'imagegate;explain' {
            [CompletionResult]::new('--log', '--log', [CompletionResultType]::ParameterName, 'Say on standard error what is being done, down to this level')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'imagegate;init' {
            [CompletionResult]::new('--log', '--log', [CompletionResultType]::ParameterName, 'Say on standard error what is being done, down to this level')
            [CompletionResult]::new('--no-sources', '--no-sources', [CompletionResultType]::ParameterName, 'Judge plain manifests alone: kustomizations, values of charts and what Flux and Argo CD apply are counted')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace an imagegate.yaml that exists')
            [CompletionResult]::new('--allow-empty', '--allow-empty', [CompletionResultType]::ParameterName, 'Write a policy although no manifest is found')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'imagegate;policy' {
            [CompletionResult]::new('--log', '--log', [CompletionResultType]::ParameterName, 'Say on standard error what is being done, down to this level')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Show what is wrong or useless in a policy file')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Print the JSON Schema of policy files, for editors')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'imagegate;policy;check' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--log', '--log', [CompletionResultType]::ParameterName, 'Say on standard error what is being done, down to this level')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'imagegate;policy;schema' {
            [CompletionResult]::new('--log', '--log', [CompletionResultType]::ParameterName, 'Say on standard error what is being done, down to this level')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'imagegate;policy;help' {
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Show what is wrong or useless in a policy file')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Print the JSON Schema of policy files, for editors')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'imagegate;policy;help;check' {
            break
        }
        'imagegate;policy;help;schema' {
            break
        }
        'imagegate;policy;help;help' {
            break
        }
        'imagegate;cache' {
            [CompletionResult]::new('--log', '--log', [CompletionResultType]::ParameterName, 'Say on standard error what is being done, down to this level')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('path', 'path', [CompletionResultType]::ParameterValue, 'Print the folder of the cache')
            [CompletionResult]::new('clear', 'clear', [CompletionResultType]::ParameterValue, 'Remove everything from the cache, and nothing else from its folder')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'imagegate;cache;path' {
            [CompletionResult]::new('--log', '--log', [CompletionResultType]::ParameterName, 'Say on standard error what is being done, down to this level')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'imagegate;cache;clear' {
            [CompletionResult]::new('--log', '--log', [CompletionResultType]::ParameterName, 'Say on standard error what is being done, down to this level')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'imagegate;cache;help' {
            [CompletionResult]::new('path', 'path', [CompletionResultType]::ParameterValue, 'Print the folder of the cache')
            [CompletionResult]::new('clear', 'clear', [CompletionResultType]::ParameterValue, 'Remove everything from the cache, and nothing else from its folder')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'imagegate;cache;help;path' {
            break
        }
        'imagegate;cache;help;clear' {
            break
        }
        'imagegate;cache;help;help' {
            break
        }
        'imagegate;completions' {
            [CompletionResult]::new('--log', '--log', [CompletionResultType]::ParameterName, 'Say on standard error what is being done, down to this level')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'imagegate;man' {
            [CompletionResult]::new('--log', '--log', [CompletionResultType]::ParameterName, 'Say on standard error what is being done, down to this level')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'imagegate;help' {
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Check the images of manifests against the policy')
            [CompletionResult]::new('images', 'images', [CompletionResultType]::ParameterValue, 'List the images of manifests: where they stand, what uses them, their full names')
            [CompletionResult]::new('inspect', 'inspect', [CompletionResultType]::ParameterValue, 'Show everything that is stored for an image: digest, platforms, signatures and who made them')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Show the documentation of a rule; without a rule, list all of them')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Write a first imagegate.yaml from what the manifests use today')
            [CompletionResult]::new('policy', 'policy', [CompletionResultType]::ParameterValue, 'Check a policy file, or print the schema of policy files')
            [CompletionResult]::new('cache', 'cache', [CompletionResultType]::ParameterValue, 'Show where evidence of earlier runs is kept, or remove it')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completion script of a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print the manual page (roff)')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'imagegate;help;check' {
            break
        }
        'imagegate;help;images' {
            break
        }
        'imagegate;help;inspect' {
            break
        }
        'imagegate;help;explain' {
            break
        }
        'imagegate;help;init' {
            break
        }
        'imagegate;help;policy' {
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Show what is wrong or useless in a policy file')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Print the JSON Schema of policy files, for editors')
            break
        }
        'imagegate;help;policy;check' {
            break
        }
        'imagegate;help;policy;schema' {
            break
        }
        'imagegate;help;cache' {
            [CompletionResult]::new('path', 'path', [CompletionResultType]::ParameterValue, 'Print the folder of the cache')
            [CompletionResult]::new('clear', 'clear', [CompletionResultType]::ParameterValue, 'Remove everything from the cache, and nothing else from its folder')
            break
        }
        'imagegate;help;cache;path' {
            break
        }
        'imagegate;help;cache;clear' {
            break
        }
        'imagegate;help;completions' {
            break
        }
        'imagegate;help;man' {
            break
        }
        'imagegate;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
