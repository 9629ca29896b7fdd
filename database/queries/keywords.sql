-- Words that are quoted as identifiers.
SELECT k.word FROM pg_get_keywords() k WHERE k.catcode <> 'U'
