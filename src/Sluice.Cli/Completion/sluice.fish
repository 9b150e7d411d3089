# Completion for fish: sluice completion fish | source
function __sluice_complete
    set -l line sluice (string replace -r '^\S+\s*' '' -- (commandline -cp))
    set -l text (string join ' ' -- $line)
    sluice "[suggest:"(string length -- $text)"]" $text 2>/dev/null | string match -rv '^/'
end
complete -c sluice -a '(__sluice_complete)'
