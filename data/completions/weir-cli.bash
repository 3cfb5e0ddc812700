# SPDX-License-Identifier: GPL-3.0-or-later
# Completion of weir-cli for bash.

_weir_cli () {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
  local command='' word words
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in
      generate | upscale | batch | encode | decode | devices | inspect | show | bench) command=$word; break ;;
    esac
  done
  COMPREPLY=()

  case $prev in
    -m | --model | --preview)
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -d -- "$cur")
      return ;;
    -o | --output | --lora | --control-preview | --face-detector | --face-recogniser | --from | --input | --init | --image-prompt | --control)
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      return ;;
    --mask)
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -W "auto" -- "$cur"; compgen -f -- "$cur")
      return ;;
    --sampler)
      mapfile -t COMPREPLY < <(compgen -W "ddpm ddim lcm" -- "$cur")
      return ;;
    --kernels)
      mapfile -t COMPREPLY < <(compgen -W "register tile matrix-f16 matrix-bf16 matrix2-f16 matrix2-bf16" -- "$cur")
      return ;;
    -n | --negative | -p | --prompt | -W | --width | -H | --height | --steps | --cfg | --shift | \
      --decoder-steps | --decoder-cfg | --lora-token | --strength | --outpaint | --canny | -s | --seed | -c | --count | --shard | \
      -d | --device | --only)
      return ;;
  esac

  case $command in
    generate)
      words="--negative --restore-mean --model --width --height --steps --cfg --shift --decoder-steps
        --decoder-cfg --sampler --init --strength --mask --outpaint --image-prompt --control --canny
        --control-preview --face-detector --face-recogniser
        --from --input --lora --lora-token --seed --count --output --overwrite --preview
        --device --kernels --profile --json --verbose --help" ;;
    upscale)
      words="--prompt --strength --seed --output --overwrite --model --device --kernels --json --verbose --help"
      if [[ $cur != -* ]]; then
        compopt -o filenames
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
        return
      fi ;;
    batch)
      words="--output --shard --model --device --kernels --json --verbose --help"
      if [[ $cur != -* ]]; then
        compopt -o filenames
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
        return
      fi ;;
    encode | decode)
      words="--output --overwrite --model --device --kernels --json --verbose --help"
      [[ $command = decode ]] && words+=" --seed"
      if [[ $cur != -* ]]; then
        compopt -o filenames
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
        return
      fi ;;
    bench) words="--device --kernels --only --json --verbose --help" ;;
    devices) words="--check --json --verbose --help" ;;
    inspect | show)
      words="--json --verbose --help"
      [[ $command = inspect ]] && words+=" --model"
      if [[ $cur != -* ]]; then
        compopt -o filenames
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
        return
      fi ;;
    *) words="generate upscale batch encode decode devices inspect show bench --help --version" ;;
  esac
  if [[ -z $command || $cur == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
  fi
}

complete -F _weir_cli weir-cli
