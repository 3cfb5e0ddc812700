# SPDX-License-Identifier: GPL-3.0-or-later
# Completion of weir-cli for fish.

set -l commands generate batch encode decode devices inspect show bench
set -l generate '__fish_seen_subcommand_from generate'
set -l converts '__fish_seen_subcommand_from encode decode'
set -l measures '__fish_seen_subcommand_from generate batch encode decode bench'

complete -c weir-cli -f
complete -c weir-cli -n "not __fish_seen_subcommand_from $commands" -a generate -d 'Make pictures from a prompt'
complete -c weir-cli -n "not __fish_seen_subcommand_from $commands" -a batch -d 'Make the pictures of a file of jobs'
complete -c weir-cli -n "not __fish_seen_subcommand_from $commands" -a encode -d 'Make latents of pictures'
complete -c weir-cli -n "not __fish_seen_subcommand_from $commands" -a decode -d 'Make pictures of latents'
complete -c weir-cli -n "not __fish_seen_subcommand_from $commands" -a devices -d 'List Vulkan devices'
complete -c weir-cli -n "not __fish_seen_subcommand_from $commands" -a inspect -d 'Say what a model file is'
complete -c weir-cli -n "not __fish_seen_subcommand_from $commands" -a show -d 'Print the settings in a picture'
complete -c weir-cli -n "not __fish_seen_subcommand_from $commands" -a bench -d 'Measure a device'
complete -c weir-cli -n "not __fish_seen_subcommand_from $commands" -l version -d 'Print the version'
complete -c weir-cli -l help -d 'Explain the options'
complete -c weir-cli -n '__fish_seen_subcommand_from generate batch devices inspect bench' -l json -d 'Print one JSON object a line'
complete -c weir-cli -n "__fish_seen_subcommand_from $commands" -s v -l verbose -d 'Say more'
complete -c weir-cli -n '__fish_seen_subcommand_from inspect show' -F
complete -c weir-cli -n '__fish_seen_subcommand_from batch' -F
complete -c weir-cli -n $converts -F
complete -c weir-cli -n $converts -s o -l output -r -F -d 'Where to write'
complete -c weir-cli -n $converts -l overwrite -d 'Replace files that exist'
complete -c weir-cli -n $converts -s m -l model -x -a '(__fish_complete_directories)' -d 'The model folder'
complete -c weir-cli -n '__fish_seen_subcommand_from decode' -s s -l seed -x -d 'Seed'
complete -c weir-cli -n '__fish_seen_subcommand_from batch' -l shard -x -d 'One part of N'
complete -c weir-cli -n '__fish_seen_subcommand_from inspect' -s m -l model -x -a '(__fish_complete_directories)' -d 'The model that a LoRA is meant for'
complete -c weir-cli -n '__fish_seen_subcommand_from bench' -l only -x -d 'What to measure'

complete -c weir-cli -n $generate -s n -l negative -x -d 'What to keep away from'
complete -c weir-cli -n $generate -l restore-mean -d 'Weights keep the mean'
complete -c weir-cli -n '__fish_seen_subcommand_from generate batch' -s m -l model -x -a '(__fish_complete_directories)' -d 'The model folder'
complete -c weir-cli -n $generate -s W -l width -x -d 'Pixels'
complete -c weir-cli -n $generate -s H -l height -x -d 'Pixels'
complete -c weir-cli -n $generate -l steps -x -d 'Steps of Stage C'
complete -c weir-cli -n $generate -l cfg -x -d 'Guidance of Stage C'
complete -c weir-cli -n $generate -l shift -x -d 'Shift of the noise schedule'
complete -c weir-cli -n $generate -l decoder-steps -x -d 'Steps of Stage B'
complete -c weir-cli -n $generate -l decoder-cfg -x -d 'Guidance of Stage B'
complete -c weir-cli -n $generate -l sampler -x -a 'ddpm ddim lcm' -d 'Sampler'
complete -c weir-cli -n $generate -l lora -r -F -d 'A LoRA or embedding file, with :WEIGHT if not 1'
complete -c weir-cli -n $generate -l lora-token -x -d 'NAME=RULE of a new token that its file does not name'
complete -c weir-cli -n $generate -s s -l seed -x -d 'Seed'
complete -c weir-cli -n $generate -s c -l count -x -d 'How many pictures'
complete -c weir-cli -n '__fish_seen_subcommand_from generate batch' -s o -l output -r -F -d 'Where the pictures go'
complete -c weir-cli -n $generate -l overwrite -d 'Replace pictures that exist'
complete -c weir-cli -n $generate -l preview -x -a '(__fish_complete_directories)' -d 'Write a picture of every step'
complete -c weir-cli -n $measures -s d -l device -x -d 'Number or part of a name'
complete -c weir-cli -n '__fish_seen_subcommand_from devices' -l check -d 'First try all kernels of all devices'
complete -c weir-cli -n $measures -l kernels -x -a 'register tile matrix-f16 matrix-bf16 matrix2-f16 matrix2-bf16' -d 'Shape of the compute kernels'
complete -c weir-cli -n $generate -l profile -d 'Tell where the time went'
