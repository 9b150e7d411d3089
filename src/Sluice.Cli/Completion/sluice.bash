# Completion for bash: source <(sluice completion bash)
_sluice() {
    local line="${COMP_LINE:0:COMP_POINT}" current="${COMP_WORDS[COMP_CWORD]}" word
    line="sluice ${line#* }"
    COMPREPLY=()
    while IFS= read -r word; do
        # Options are offered only when asked for: before them stand commands and files.
        if [[ $word == "$current"* && ( $current == -* || $word != [-/]* ) ]]; then
            COMPREPLY+=("$word")
        fi
    done < <("$1" "[suggest:${#line}]" "$line" 2>/dev/null)
}
complete -o default -F _sluice sluice
