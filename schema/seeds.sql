-- A few rows to look at: psql -f schema/seeds.sql
BEGIN;

INSERT INTO songs (id, title, duration_ms, metadata, genre) VALUES
  ('0197580e-6f5c-7c11-b6a6-3f2f5d8a1c01', 'So What', 545000, '{"artist": "Miles Davis", "album": "Kind of Blue"}', '{jazz,modal}'),
  ('0197580e-6f5c-7c11-b6a6-3f2f5d8a1c02', 'Naima', 261000, '{"artist": "John Coltrane", "album": "Giant Steps"}', '{jazz}'),
  ('0197580e-6f5c-7c11-b6a6-3f2f5d8a1c03', 'Pyramid Song', 289000, '{"artist": "Radiohead", "album": "Amnesiac"}', '{rock}')
ON CONFLICT (id) DO NOTHING;

INSERT INTO playlists (id, name, description) VALUES
  ('0197580e-6f5c-7c11-b6a6-3f2f5d8a2c01', 'Late', 'For after midnight.')
ON CONFLICT (id) DO NOTHING;

INSERT INTO playlist_songs (playlist_id, song_id, position) VALUES
  ('0197580e-6f5c-7c11-b6a6-3f2f5d8a2c01', '0197580e-6f5c-7c11-b6a6-3f2f5d8a1c01', 0),
  ('0197580e-6f5c-7c11-b6a6-3f2f5d8a2c01', '0197580e-6f5c-7c11-b6a6-3f2f5d8a1c03', 1)
ON CONFLICT DO NOTHING;

COMMIT;
