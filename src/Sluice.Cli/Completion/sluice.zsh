#compdef sluice
# Completion for zsh: source <(sluice completion zsh)
_sluice() {
    local line="sluice ${LBUFFER#* }"
    local -a found
    found=("${(@f)$("${words[1]}" "[suggest:${#line}]" "$line" 2>/dev/null)}")
    if [[ $PREFIX == -* ]]; then
        compadd -- ${(M)found:#-*}
    else
        compadd -- ${found:#[-\/]*}
        _files
    fi
}
compdef _sluice sluice
