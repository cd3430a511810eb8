# Sums up the output of gcov -b for each file in src/: lines executed and
# branches taken.

/^File '/ { file = substr($2, 2, length($2) - 2); wanted = file ~ /^src\/.*\.c$/ }

/^Lines executed:/ && wanted {
  split($0, part, /[:% ]+/)
  lines[file] = part[3]; total = part[5]
  all_lines += total; run_lines += total * part[3] / 100
}

/^Taken at least once:/ && wanted {
  split($0, part, /[:% ]+/)
  branches[file] = part[5]
  all_branches += part[7]; taken += part[7] * part[5] / 100
}

END {
  for (file in lines)
    printf "%-32s %6.2f %% of lines  %6.2f %% of branches\n", file, lines[file],
      branches[file] | "sort"
  close("sort")
  printf "%-32s %6.2f %% of lines  %6.2f %% of branches\n", "all",
    100 * run_lines / all_lines, 100 * taken / all_branches
}
