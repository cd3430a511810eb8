local T = {} ; T.__index = T
function T.new(o) o.shared_dict=nil; return setmetatable({o=o}, T) end
function T:client() if not self.c then self.c = require "thoughtspot".new(self.o) end return self.c end
return T
