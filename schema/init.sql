-- The whole schema through psql: psql -f schema/init.sql
\set ON_ERROR_STOP on
\ir 1749530140_create_songs.sql
\ir 1749530260_create_media_blobs.sql
\ir 1749531800_create_playlists.sql
\ir 1749617200_create_config.sql
\ir 1750221000_add_songs_genre.sql
