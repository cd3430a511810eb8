-- The busted that this interpreter finds, however it was installed.
require "spec.support.assertions"
require "busted.runner" { standalone = false }
