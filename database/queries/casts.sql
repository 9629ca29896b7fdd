-- Casts that change nothing and are made unasked: through them a type has the operator classes of another.
SELECT k.castsource, k.casttarget FROM pg_cast k WHERE k.castmethod = 'b' AND k.castcontext = 'i'
