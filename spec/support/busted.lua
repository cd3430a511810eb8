-- The busted that this interpreter finds, however it was installed.
require "busted.runner" { standalone = false }
