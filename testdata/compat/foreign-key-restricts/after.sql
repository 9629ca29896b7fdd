CREATE TABLE playlists (id uuid PRIMARY KEY);
CREATE TABLE entries (id uuid PRIMARY KEY, playlist uuid REFERENCES playlists ON DELETE RESTRICT);
